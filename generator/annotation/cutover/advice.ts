import type { Model } from "../../model/index.ts";
import type { PartitionSpec } from "../../spec.ts";
import { findKey } from "./cutover-uniques.ts";
import { keyChanges } from "./key-changes.ts";
import { relationChanges } from "./relation-changes.ts";

/**
 * What has to change in the schema file before `stage: cutover`, a line each. Empty where nothing has to: the model
 * stays as it is.
 *
 *     @@id([id, timestamp]) instead of `@id` on `id`
 *     @@unique([email, timestamp]) instead of `@unique` on `email`; from then on unique together with `timestamp` only
 */
export function advice(spec: PartitionSpec, models: readonly Model[]): string[] {
  const { model, key } = findKey(spec, models);
  return [
    ...keyChanges(model, key).map((change) => {
      const weaker = change.key.kind === "unique" ? `; from then on unique together with \`${key.name}\` only` : "";
      return change.add === null
        ? `no ${change.remove}: the unique with \`${key.name}\` takes its place${weaker}`
        : `${change.add} instead of ${change.remove}${weaker}`;
    }),
    ...relationChanges(model, key).map(({ reason, fix }) => `${reason} ${fix[0]?.toUpperCase()}${fix.slice(1)}`),
  ];
}
