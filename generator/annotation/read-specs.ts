import type { GeneratorOptions } from "@prisma/generator-helper";
import { type Field, type Model, readSchema, type Schema } from "../model/index.ts";
import type { PartitionSpec, UniqueKey } from "../spec.ts";
import { checkForeignKeys } from "./check-foreign-keys.ts";
import { checkProvider } from "./check-provider.ts";
import { advice } from "./cutover/advice.ts";
import { cutoverUniques, findKey } from "./cutover/cutover-uniques.ts";
import { checkGeneratorOptions } from "./generator-options.ts";
import { assertSound } from "./problem/annotation-error.ts";
import type { Problem } from "./problem/problem.ts";
import { resolveSpec } from "./resolve-spec.ts";
import { type Annotation, findAnnotations } from "./text/find-annotations.ts";

/** What one annotation asks for, and what follows from it. */
export interface ResolvedSpec {
  readonly spec: PartitionSpec;
  /** Primary key and uniques at cutover, under the names that Prisma expects then. */
  readonly cutoverUniques: readonly UniqueKey[];
  /** What the schema has to say before `stage: cutover`; empty where nothing has to change. */
  readonly advice: readonly string[];
  /** What the database would refuse a setup for. */
  readonly beforeSetup: readonly Problem[];
  /** The field of each column, for what is said to the user. */
  readonly fields: Readonly<Record<string, string>>;
}

/** One annotation, what it asks for, and where it and its model stand in the schema files. */
export interface AnnotatedModel {
  readonly annotation: Annotation;
  readonly model: Model;
  /** The field that is the partition key. */
  readonly key: Field;
  readonly wanted: ResolvedSpec;
}

/**
 * Every annotated model of the schema, sorted by model name.
 *
 * @throws AnnotationError that lists every mistake in all schema files, the generator block included
 */
export function readSpecs(options: GeneratorOptions, schema: Schema = readSchema(options)): ResolvedSpec[] {
  return readAnnotated(options, schema).map(({ wanted }) => wanted);
}

/**
 * The same, with the places.
 *
 * @param unready name of a model whose keys need not fit its stage yet: they are about to be changed
 * @throws AnnotationError
 */
export function readAnnotated(options: GeneratorOptions, schema: Schema, unready?: string): AnnotatedModel[] {
  const found = schema.texts.map(findAnnotations);
  const annotations = found.flatMap((file) => file.annotations);
  const generator = checkGeneratorOptions(options, schema);
  const problems: Problem[] = [
    ...generator.problems,
    ...found.flatMap((file) => file.problems),
    ...checkProvider(schema, annotations),
  ];
  const read: AnnotatedModel[] = [];
  for (const annotation of annotations) {
    const isReady = annotation.block.name.text !== unready;
    const resolved = resolveSpec(annotation, schema.models, generator.result, isReady);
    if ("spec" in resolved) read.push(annotated(annotation, resolved.spec, schema));
    else problems.push(...resolved.problems);
  }
  assertSound(problems);
  return read.sort((a, b) => (a.model.name < b.model.name ? -1 : 1));
}

function annotated(annotation: Annotation, spec: PartitionSpec, schema: Schema): AnnotatedModel {
  const { models } = schema;
  const { model, key } = findKey(spec, models);
  const wanted = {
    spec,
    cutoverUniques: cutoverUniques(spec, models),
    advice: advice(spec, models),
    beforeSetup: checkForeignKeys(model, key, schema),
    fields: fieldsOf(model),
  };
  return { annotation, model, key, wanted };
}

function fieldsOf(model: Model): Record<string, string> {
  return Object.fromEntries(
    model.fields.filter(({ kind }) => kind !== "relation").map(({ column, name }) => [column, name]),
  );
}
