import { primaryKeyName, uniqueName } from "../../../generator/model/constraint-names.ts";
import type { PartitionSpec, UniqueKey } from "../../../generator/spec.ts";

const TABLE = "event_transactions";
const KEY = "timestamp";

/** What the annotated example says, with that interval and premake. No scheduler: the benchmark itself is the runner. */
export function exampleSpec(interval: string, premake: number): PartitionSpec {
  return {
    model: "EventTransaction",
    schema: "billing",
    table: TABLE,
    key: KEY,
    kind: "timestamptz",
    interval,
    premake,
    stage: "setup",
    batchSize: 10_000,
    retention: null,
    onExpire: "detach",
    keepOld: null,
    weakenUnique: [],
    schedule: { backfill: "* * * * *", maintenance: "0 0 * * *" },
    start: null,
    identity: ["id"],
    uniques: uniques(),
    maintenance: "builtin",
    scheduler: "none",
    cronNodename: null,
  };
}

/** The primary key and the unique of the example's model; at cutover both hold the partition key. */
export function uniques(atCutover = false): UniqueKey[] {
  const key = atCutover ? [KEY] : [];
  const unique = ["idempotency_key", ...key];
  return [
    { kind: "id", name: primaryKeyName(TABLE), columns: ["id", ...key] },
    { kind: "unique", name: uniqueName(TABLE, unique), columns: unique },
  ];
}
