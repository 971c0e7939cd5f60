import type { Header } from "../../../generator/history/header.ts";
import { writeHeader } from "../../../generator/history/header.ts";
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
  return { spec: wanted, cutoverUniques: [idAndKey], advice };
}

export const createTable: Migration = {
  name: "20260101000000_init",
  file: "migrations/20260101000000_init/migration.sql",
  sql: 'CREATE TABLE "billing"."event_transactions" ("id" BIGSERIAL NOT NULL);',
  header: null,
};

/** The folder that a transition or a header would be written as. */
export function emitted(name: string, from: Transition | Header): Migration {
  const line = "spec" in from && "model" in from.spec ? headerLine(from as Transition) : writeHeader(from as Header);
  const json = JSON.parse(line.slice("-- prisma-partition ".length));
  return { name, file: `migrations/${name}/migration.sql`, sql: `${line}\n`, header: json };
}
