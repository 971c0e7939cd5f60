import type { Model } from "../model/index.ts";
import type { PartitionSpec } from "../spec.ts";
import { bindArguments } from "./bind-arguments.ts";
import { findModel, identityOf } from "./check-model.ts";
import { checkWeakenUnique } from "./check-weaken-unique.ts";
import { checkCutover } from "./cutover/check-cutover.ts";
import { keysOf } from "./cutover/key-changes.ts";
import type { PartitionGeneratorOptions } from "./generator-options.ts";
import type { Problem } from "./problem/problem.ts";
import { readOptions } from "./read-options.ts";
import { candidates, resolveKey } from "./resolve-key.ts";
import type { Annotation } from "./text/find-annotations.ts";

/**
 * One annotation, resolved against its model: a spec, or everything that is wrong with it.
 *
 * @param isReady false where the model's keys need not fit its stage yet
 */
export function resolveSpec(
  annotation: Annotation,
  models: readonly Model[],
  generator: PartitionGeneratorOptions,
  isReady: boolean,
): { spec: PartitionSpec } | { problems: Problem[] } {
  const { values, problems } = bindArguments(annotation.arguments);
  const model = findModel(annotation, models);
  if ("code" in model) return { problems: [...problems, model] };
  const keyValue = values.get("key");
  if (keyValue === undefined) {
    const fix = `name the field that decides where a row belongs, \`key: …\`; candidates: ${candidates(model)}.`;
    const missing: Problem = {
      code: "missing-argument",
      span: annotation.span,
      reason: "The annotation has no `key`.",
      fix,
    };
    // What could not be read may well have been the key.
    return { problems: annotation.isComplete ? [...problems, missing] : problems };
  }
  const key = resolveKey(keyValue, model);
  if ("code" in key) return { problems: [...problems, key, ...readOptions(annotation, values, null).problems] };
  const { options, problems: wrong } = readOptions(annotation, values, key.kind);
  problems.push(...wrong);
  const isSwapped = options.stage === "cutover" || options.stage === "cleanup";
  if (isSwapped && isReady) problems.push(...checkCutover(model, key.field));
  const { interval, premake, stage, batchSize, retention, onExpire, schedule, start, keepOld, weakenUnique } = options;
  problems.push(...checkWeakenUnique(values.get("weakenUnique"), weakenUnique ?? [], model));
  if (
    problems.length > 0 ||
    !(interval && premake && stage && batchSize && onExpire && schedule && weakenUnique) ||
    retention === undefined ||
    start === undefined ||
    keepOld === undefined
  ) {
    return { problems };
  }
  const spec: PartitionSpec = {
    model: model.name,
    schema: model.schema,
    table: model.table,
    key: key.field.column,
    kind: key.kind.kind,
    interval,
    premake,
    stage,
    batchSize,
    retention,
    onExpire,
    keepOld,
    weakenUnique,
    schedule,
    start,
    identity: identityOf(model) ?? [],
    uniques: keysOf(model).map(({ kind, name, columns }) => ({ kind, name, columns })),
    maintenance: generator.maintenance,
    scheduler: generator.scheduler,
    cronNodename: generator.cronNodename,
  };
  return { spec };
}
