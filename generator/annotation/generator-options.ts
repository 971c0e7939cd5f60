import { dirname, resolve } from "node:path";
import type { GeneratorOptions } from "@prisma/generator-helper";
import * as v from "valibot";
import { readSchema, type Schema } from "../model/index.ts";
import { assertSound } from "./problem/annotation-error.ts";
import type { Problem } from "./problem/problem.ts";
import { didYouMean, oneOf } from "./problem/suggest.ts";

const choices = {
  maintenance: ["auto", "partman", "builtin"],
  scheduler: ["auto", "pg_cron", "none"],
  emit: ["auto", "always", "never"],
} as const;

const config = v.strictObject({
  migrations: v.optional(v.pipe(v.string(), v.nonEmpty())),
  maintenance: v.optional(v.picklist(choices.maintenance), "auto"),
  scheduler: v.optional(v.picklist(choices.scheduler), "auto"),
  cronNodename: v.optional(v.string()),
  emit: v.optional(v.picklist(choices.emit), "auto"),
});

/** The generator block, read. Paths are absolute. */
export interface PartitionGeneratorOptions {
  /** Folder of the runtime module; null where the block has no `output`. */
  readonly output: string | null;
  /** Folder of the migrations; null where the block does not say, and the Prisma config decides. */
  readonly migrations: string | null;
  readonly maintenance: (typeof choices.maintenance)[number];
  readonly scheduler: (typeof choices.scheduler)[number];
  readonly cronNodename: string | null;
  readonly emit: (typeof choices.emit)[number];
}

/** @throws AnnotationError that lists every mistake in the generator block */
export function readGeneratorOptions(
  options: GeneratorOptions,
  schema: Schema = readSchema(options),
): PartitionGeneratorOptions {
  const { result, problems } = checkGeneratorOptions(options, schema);
  assertSound(problems);
  return result;
}

/** The same without throwing, for a caller that has more to check. With problems, the result holds the defaults. */
export function checkGeneratorOptions(
  { generator }: GeneratorOptions,
  schema: Schema,
): { result: PartitionGeneratorOptions; problems: Problem[] } {
  const parsed = v.safeParse(config, generator.config);
  const read: v.InferOutput<typeof config> = parsed.success
    ? parsed.output
    : { maintenance: "auto", scheduler: "auto", emit: "auto" };
  const block = schema.texts
    .flatMap((text) => text.blocks)
    .find(({ keyword, name }) => keyword === "generator" && name.text === generator.name);
  const problems: Problem[] = [];
  for (const [name, given] of Object.entries(generator.config)) {
    const entry = block?.entries.find((candidate) => candidate.name.text === name);
    const isUnknown = !(name in config.entries);
    const piece = isUnknown ? entry?.name : entry?.value;
    const isEnv = entry?.value?.text.startsWith("env(") ?? false;
    const issue = parsed.issues?.find((candidate) => v.getDotPath(candidate) === name);
    if (block === undefined || piece === undefined || piece === null || !(isUnknown || isEnv || issue)) continue;
    const told = isUnknown ? unknownOption(name) : isEnv ? environment(name) : wrongValue(name, given);
    problems.push({ code: "generator-option", span: block.file.span(piece.start, piece.end), ...told });
  }
  const base = dirname(generator.sourceFilePath);
  const output = generator.output?.value ?? null;
  return {
    result: {
      output: output === null ? null : resolve(base, output),
      migrations: read.migrations === undefined ? null : resolve(base, read.migrations),
      maintenance: read.maintenance,
      scheduler: read.scheduler,
      cronNodename: read.cronNodename ?? null,
      emit: read.emit,
    },
    problems,
  };
}

function unknownOption(name: string): { reason: string; fix: string } {
  const names = ["output", ...Object.keys(config.entries)];
  return {
    reason: `There is no option \`${name}\`.`,
    fix: didYouMean(name, names, `the options are ${oneOf(names)}.`),
  };
}

/** Prisma hands a generator the name of the variable, not its value. */
function environment(name: string): { reason: string; fix: string } {
  return { reason: `\`${name}\` cannot be read from the environment here.`, fix: "write its value." };
}

function wrongValue(name: string, given: unknown): { reason: string; fix: string } {
  const words: readonly string[] | undefined = name in choices ? choices[name as keyof typeof choices] : undefined;
  const text = typeof given === "string" ? given : JSON.stringify(given);
  if (words === undefined) return { reason: `\`${name}\` takes one string.`, fix: `write \`${name} = "…"\`.` };
  return { reason: `\`${text}\` is not ${oneOf(words)}.`, fix: didYouMean(text, words, `write ${oneOf(words)}.`) };
}
