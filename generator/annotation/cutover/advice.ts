import type { Model } from "../../model/index.ts";
import type { PartitionSpec } from "../../spec.ts";
import { findKey } from "./cutover-uniques.ts";
import { keyChanges, toList } from "./key-changes.ts";
import { relationChanges } from "./relation-changes.ts";

/**
 * What has to change in the schema file before `stage: cutover`, a line each. Empty where nothing has to: the model
 * stays as it is.
 *
 *     @@id([id, timestamp]) instead of `@id` on `id`
 *     @@unique([receiptId, timestamp]) instead of `@unique` on `receiptId`; write `Receipt.event` as a list, `event Event[]`
 *
 * What the database no longer guarantees then is the report's to say.
 */
export function advice(spec: PartitionSpec, models: readonly Model[]): string[] {
  const { model, key } = findKey(spec, models);
  return [
    ...keyChanges(model, key).map(({ remove, add, oneToOnes }) =>
      [
        add === null ? `no ${remove}: the unique with \`${key.name}\` takes its place` : `${add} instead of ${remove}`,
        ...oneToOnes.map((relation) => toList(model, relation)),
      ].join("; "),
    ),
    ...relationChanges(model, key).map(({ reason, fix }) => `${reason} ${fix[0]?.toUpperCase()}${fix.slice(1)}`),
  ];
}
