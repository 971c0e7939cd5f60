import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GeneratorOptions } from "@prisma/generator-helper";
import { type AnnotatedModel, readAnnotated, readGeneratorOptions } from "../annotation/index.ts";
import { migrationsPath } from "../emit/migrations-path.ts";
import type { EmitOption } from "../emit/policy.ts";
import type { History } from "../history/history.ts";
import { readHistory } from "../history/index.ts";
import { readSchema, type Schema } from "../model/index.ts";
import { optionsFileVariable, readOptionsFile } from "../options-file.ts";
import { findGeneratorBlock, type ProjectOptions } from "./find-schema.ts";
import { ProjectError } from "./project-error.ts";
import { runGenerate } from "./run-prisma.ts";

/** The project as `prisma generate` sees it. */
export interface Project {
  readonly schema: Schema;
  readonly annotated: readonly AnnotatedModel[];
  /** Absolute path of the migrations folder. */
  readonly migrations: string;
  readonly emit: EmitOption;
  readonly history: History;
}

/**
 * Reads the project. The project's own Prisma parses the schema and resolves its configuration; nothing is written.
 *
 * @param unready name of a model whose keys need not fit its stage yet
 * @throws UsageError, and what `prisma generate` would refuse: AnnotationError, EmitError, HistoryError
 */
export async function readProject(options: ProjectOptions, cwd: string, unready?: string): Promise<Project> {
  const told = await askPrisma(options, cwd);
  const schema = readSchema(told);
  const annotated = readAnnotated(told, schema, unready);
  const { migrations: option, emit } = readGeneratorOptions(told, schema);
  const migrations = await migrationsPath({ option, schemaPath: told.schemaPath, cwd });
  return { schema, annotated, migrations, emit, history: await readHistory(migrations) };
}

async function askPrisma(options: ProjectOptions, cwd: string): Promise<GeneratorOptions> {
  const block = await findGeneratorBlock(options, cwd);
  const folder = await mkdtemp(join(tmpdir(), "prisma-partition-"));
  try {
    const file = join(folder, "options.json");
    const env = { [optionsFileVariable]: file, PRISMA_HIDE_UPDATE_MESSAGE: "1", NO_COLOR: "1" };
    const { code, output } = await runGenerate(["--generator", block, "--no-hints"], options, cwd, { env });
    const told = code === 0 ? await readOptionsFile(file) : null;
    if (told !== null) return told;
    const reason = withoutNoise(output) || `prisma generate ended with code ${code} and said nothing.`;
    throw new ProjectError(
      "GENERATE_REFUSED",
      code === 0 ? `prisma generate did not run generator ${block} of this version of the package:\n${reason}` : reason,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What Prisma says of itself around the reason for a failure. */
const noise =
  /^(?:Prisma schema loaded from .*|Loaded Prisma config from .*|Validation Error Count: \d+|\[Context: \w+\]|Prisma CLI Version : .*)$/gm;

// biome-ignore lint/suspicious/noControlCharactersInRegex: its parser colours what NO_COLOR does not reach
const colour = /\u001b\[[0-9;]*m/g;

function withoutNoise(output: string): string {
  return output
    .replaceAll(colour, "")
    .replaceAll(noise, "")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim()
    .replace(/^Error: /, "");
}
