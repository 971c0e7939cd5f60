import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { GeneratorOptions } from "@prisma/generator-helper";
import internals from "@prisma/internals";
import { onTestFinished } from "vitest";

export const datasource = 'datasource db {\n  provider = "postgresql"\n}\n';

export const generatorBlock = (settings = ""): string =>
  `generator partition {\n  provider = "prisma-partition"\n${settings}}\n`;

/**
 * The options Prisma would hand to the generator for schema files in a new folder, read by Prisma's own parser. The
 * folder lasts as long as the test that asks for it.
 */
export async function generateWith(files: Record<string, string>, schemaPath?: string): Promise<GeneratorOptions> {
  const root = mkdtempSync(join(tmpdir(), "prisma-partition-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const datamodel = Object.entries(files).map(([name, text]): [string, string] => {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return [path, text];
  });
  const dmmf = await internals.getDMMF({ datamodel });
  const config = await internals.getConfig({ datamodel });
  const [generator, ...otherGenerators] = config.generators;
  if (generator === undefined) throw new Error("The schema has no generator block.");
  return {
    generator,
    otherGenerators,
    schemaPath: schemaPath ?? (datamodel.length === 1 ? (datamodel[0]?.[0] as string) : root),
    dmmf,
    datasources: config.datasources,
    datamodel: datamodel.map(([, text]) => text).join("\n"),
    version: "test",
  };
}

/** One file `schema.prisma`: generator block, datasource, and the models from line 7 on. */
export function generateOne(models: string, settings = "", source = datasource): Promise<GeneratorOptions> {
  return generateWith({ "schema.prisma": generatorBlock(settings) + source + models });
}
