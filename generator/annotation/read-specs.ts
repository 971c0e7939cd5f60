import type { GeneratorOptions } from "@prisma/generator-helper";
import { type Model, readSchema } from "../model/index.ts";
import type { PartitionSpec, UniqueKey } from "../spec.ts";
import { checkProvider } from "./check-provider.ts";
import { advice } from "./cutover/advice.ts";
import { cutoverUniques, findKey } from "./cutover/cutover-uniques.ts";
import { checkGeneratorOptions } from "./generator-options.ts";
import { assertSound } from "./problem/annotation-error.ts";
import type { Problem } from "./problem/problem.ts";
import { resolveSpec } from "./resolve-spec.ts";
import { findAnnotations } from "./text/find-annotations.ts";

/** What one annotation asks for, and what follows from it. */
export interface ResolvedSpec {
  readonly spec: PartitionSpec;
  /** Primary key and uniques at cutover, under the names that Prisma expects then. */
  readonly cutoverUniques: readonly UniqueKey[];
  /** What the schema has to say before `stage: cutover`; empty where nothing has to change. */
  readonly advice: readonly string[];
  /** The field of each column, for what is said to the user. */
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * Every annotated model of the schema, sorted by model name.
 *
 * @throws AnnotationError that lists every mistake in all schema files, the generator block included
 */
export function readSpecs(options: GeneratorOptions): ResolvedSpec[] {
  const schema = readSchema(options);
  const found = schema.texts.map(findAnnotations);
  const annotations = found.flatMap((file) => file.annotations);
  const generator = checkGeneratorOptions(options, schema);
  const problems: Problem[] = [
    ...generator.problems,
    ...found.flatMap((file) => file.problems),
    ...checkProvider(schema, annotations),
  ];
  const specs: PartitionSpec[] = [];
  for (const annotation of annotations) {
    const resolved = resolveSpec(annotation, schema.models, generator.result);
    if ("spec" in resolved) specs.push(resolved.spec);
    else problems.push(...resolved.problems);
  }
  assertSound(problems);
  return specs
    .sort((a, b) => (a.model < b.model ? -1 : 1))
    .map((spec) => ({
      spec,
      cutoverUniques: cutoverUniques(spec, schema.models),
      advice: advice(spec, schema.models),
      fields: fieldsOf(spec, schema.models),
    }));
}

function fieldsOf(spec: PartitionSpec, models: readonly Model[]): Record<string, string> {
  const { model } = findKey(spec, models);
  return Object.fromEntries(
    model.fields.filter(({ kind }) => kind !== "relation").map(({ column, name }) => [column, name]),
  );
}
