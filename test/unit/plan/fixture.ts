import type { Header } from "../../../generator/history/header.ts";
import { parseHeader, writeHeader } from "../../../generator/history/header.ts";
import type { Migration } from "../../../generator/history/migration.ts";
import type { WantedTable } from "../../../generator/plan/plan.ts";
import type { Transition } from "../../../generator/plan/transition.ts";
import type { PartitionSpec, UniqueKey } from "../../../generator/spec.ts";
import { headerLine } from "../../../generator/sql/header.ts";

export const idAlone: UniqueKey = { kind: "id", name: "event_transactions_pkey", columns: ["id"] };
export const idAndKey: UniqueKey = { ...idAlone, columns: ["id", "timestamp"] };

export const spec: PartitionSpec = {
  model: "EventTransaction",
  schema: "billing",
  table: "event_transactions",
  key: "timestamp",
  kind: "timestamptz",
  interval: "1 month",
  premake: 12,
  stage: "setup",
  batchSize: 10_000,
  retention: null,
  onExpire: "detach",
  keepOld: null,
  weakenUnique: [],
  schedule: { backfill: "* * * * *", maintenance: "0 0 * * *" },
  start: null,
  identity: ["id"],
  uniques: [idAlone],
  maintenance: "auto",
  scheduler: "auto",
  cronNodename: null,
};

/** The annotation at stage cutover, the model changed with it. */
export const cutoverSpec: PartitionSpec = {
  ...spec,
  stage: "cutover",
  identity: ["id", "timestamp"],
  uniques: [idAndKey],
};

export function want(wanted: PartitionSpec, advice: readonly string[] = ["@@id([id, timestamp])"]): WantedTable {
  const fields = { id: "id", timestamp: "timestamp", code: "eventCode" };
  return { spec: wanted, cutoverUniques: [idAndKey], advice, beforeSetup: [], fields };
}

export const createTable: Migration = {
  name: "20260101000000_init",
  file: "migrations/20260101000000_init/migration.sql",
  sql: 'CREATE TABLE "billing"."event_transactions" ("id" BIGSERIAL NOT NULL);',
  header: null,
};

/** The folder that a transition or a header would be written as. */
export function emitted(name: string, from: Transition | Header): Migration {
  const line = isTransition(from) ? headerLine(from) : writeHeader(from);
  return { name, file: `migrations/${name}/migration.sql`, sql: `${line}\n`, header: parseHeader(line, name) };
}

/** A header has its model's name beside the spec, an install's also its version. */
function isTransition(from: Transition | Header): from is Transition {
  return !("model" in from || "version" in from);
}
