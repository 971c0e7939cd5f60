import { type Field, type Model, uniqueName } from "../../model/index.ts";
import type { PartitionSpec, UniqueKey } from "../../spec.ts";
import { isReplaced, keysOf } from "./key-changes.ts";

/**
 * The primary key and uniques that the table has at cutover, under the names that Prisma expects then. A key without
 * the partition key gets it as its last column. `T_pkey` and names from `map:` stay; a derived name follows the
 * columns: `T_email_key` becomes `T_email_created_at_key`. Partial uniques (`where:`) are among them.
 */
export function cutoverUniques(spec: PartitionSpec, models: readonly Model[]): UniqueKey[] {
  const { model, key: partitionKey } = findKey(spec, models);
  return keysOf(model)
    .filter((key) => key.fields.includes(partitionKey.name) || !isReplaced(key, model, partitionKey))
    .map((key) => {
      if (key.fields.includes(partitionKey.name)) return { kind: key.kind, name: key.name, columns: key.columns };
      const columns = [...key.columns, partitionKey.column];
      const keepsName = key.isNamed || key.kind === "id";
      return { kind: key.kind, name: keepsName ? key.name : uniqueName(model.table, columns), columns };
    });
}

/** The model of a spec and its partition key. */
export function findKey(spec: PartitionSpec, models: readonly Model[]): { model: Model; key: Field } {
  const model = models.find((candidate) => candidate.name === spec.model);
  const key = model?.fields.find((field) => field.column === spec.key && field.kind !== "relation");
  if (model === undefined || key === undefined)
    throw new Error(`No field for column ${spec.key} in model ${spec.model}.`);
  return { model, key };
}
