import { tableExists } from "../history/created-tables.ts";
import type { History } from "../history/history.ts";
import type { PartitionSpec } from "../spec.ts";
import { type Refusal, refuse } from "./refusal.ts";

/** A setup needs its table: some migration before it must create it, or no shadow database could replay the history. */
export function refuseUncreated(history: History, spec: PartitionSpec): Refusal[] {
  if (tableExists(history.created, spec.schema, spec.table)) return [];
  return [
    refuse(
      "PLAN_TABLE_NOT_CREATED",
      spec,
      history.folders.length === 0
        ? "the migrations folder is empty, so no migration creates the table."
        : `none of the ${history.folders.length} migrations creates the table.`,
      "A new table: run `npx prisma migrate dev --name create_table`, then generate again. " +
        "A database without a history: write a baseline with `npx prisma migrate diff --from-empty " +
        "--to-schema <schema> --script` into migrations/0_init/migration.sql and `npx prisma migrate resolve " +
        '--applied 0_init`, then generate again. Where the migrations folder is not at hand, set emit = "never".',
    ),
  ];
}

/** A partitioned table's primary key and uniques must all contain the key. */
export function refuseUnready(spec: PartitionSpec, advice: readonly string[]): Refusal[] {
  const missing = spec.uniques.filter(({ columns }) => !columns.includes(spec.key));
  if (missing.length === 0) return [];
  return [
    refuse(
      "PLAN_MODEL_NOT_READY",
      spec,
      `${missing.map(({ name }) => name).join(", ")} would not contain the partition key ${spec.key} after the cutover.`,
      advice.length > 0 ? advice.join("\n  ") : `Add ${spec.key} to the model's @@id and to every @@unique.`,
    ),
  ];
}
