import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { loadPrismaConfig } from "../../src/cli/prisma-config.ts";
import { UsageError } from "../../src/cli/usage-error.ts";
import { readSchemaFiles, readSchemaText, stringValue } from "../model/index.ts";

/** Where the project is, as Prisma's own options say it. */
export interface ProjectOptions {
  /** `--schema`: a file, or a folder of them. */
  readonly schema?: string;
  /** `--config`: prisma.config.ts. */
  readonly config?: string;
}

/** Where Prisma looks without being told. */
const defaults = ["schema.prisma", join("prisma", "schema.prisma")];

/**
 * Name of the schema's generator block whose provider is this package: `prisma generate --generator` wants it.
 *
 * @throws UsageError where there is no schema, or no such block in it
 */
export async function findGeneratorBlock(options: ProjectOptions, cwd: string): Promise<string> {
  const path = await findSchema(options, cwd);
  for (const { blocks } of readSchemaFiles(path).map(readSchemaText)) {
    for (const { keyword, name, entries } of blocks) {
      const provider = entries.find((entry) => entry.name.text === "provider")?.value;
      if (keyword === "generator" && provider && stringValue(provider)?.includes("prisma-partition")) return name.text;
    }
  }
  throw new UsageError(
    `The schema ${path} has no generator block for this package. Add one:\n\n` +
      'generator partition {\n  provider = "prisma-partition"\n  output   = "../generated/partition"\n}',
  );
}

async function findSchema({ schema, config }: ProjectOptions, cwd: string): Promise<string> {
  const named = schema ?? (await loadPrismaConfig(config, cwd)).config.schema;
  const paths = (named === undefined ? defaults : [named]).map((path) => resolve(cwd, path));
  const found = paths.find((path) => existsSync(path) && (statSync(path).isFile() || statSync(path).isDirectory()));
  if (found !== undefined) return found;
  throw new UsageError(
    `There is no Prisma schema at ${paths.join(" or ")}. Run this where \`npx prisma generate\` is run, or pass --schema.`,
  );
}
