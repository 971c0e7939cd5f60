import type { Row } from "../columns.ts";
import type { Executor } from "../executor.ts";
import { select } from "../select.ts";

const columns = {
  id: "integer",
  model: "text",
  schemaName: "text",
  tableName: "text",
  reference: "text",
  stage: "text",
  step: "text",
  keyColumn: "text",
  keyKind: "text",
  partitionInterval: "text",
  premake: "integer",
  maintenance: "text",
  scheduler: "text",
  maintenanceSchedule: "text",
  cronTimezone: "text",
  createdAt: "instant",
  swappedAt: "instant?",
  maintainedAt: "instant?",
  lastError: "text?",
  lastErrorAt: "instant?",
  liveExists: "boolean",
  otherExists: "boolean",
  readAt: "instant",
} as const;

/**
 * What is recorded of a table, as every check is given it. `reference` is what the command line calls it: the model, or
 * `schema.table` where several go by the model. `readAt` is the server's clock.
 */
export interface CheckedTable extends Readonly<Omit<Row<typeof columns>, "schemaName" | "tableName">> {
  readonly schema: string;
  readonly table: string;
}

/** Reads prisma_partition.tables and catalogs only, and calls none of the package's functions: they may be what is broken. */
const sql = `
  SELECT x.id, x.model, x.schema_name, x.table_name, x.stage, x.step, x.key_column, x.key_kind,
    x.partition_interval, x.premake, x.maintenance, x.scheduler, x.maintenance_schedule, x.created_at, x.swapped_at,
    x.maintained_at, x.last_error, x.last_error_at,
    CASE WHEN EXISTS (SELECT FROM prisma_partition.tables y WHERE y.model = x.model AND y.id <> x.id)
      THEN x.schema_name || '.' || x.table_name ELSE x.model END AS reference,
    coalesce(nullif(current_setting('cron.timezone', true), ''), 'GMT') AS cron_timezone,
    EXISTS (SELECT FROM pg_class WHERE oid = CASE x.stage WHEN 'setup' THEN x.plain ELSE x.partitioned END) AS live_exists,
    EXISTS (SELECT FROM pg_class WHERE oid = CASE x.stage WHEN 'setup' THEN x.partitioned ELSE x.plain END) AS other_exists,
    clock_timestamp() AS read_at
  FROM prisma_partition.tables x`;

/** Null if the table is not set up any more. */
export async function readCheckedTable(executor: Executor, tableId: number): Promise<CheckedTable | null> {
  const [row] = await select(executor, columns, `FROM (${sql} WHERE x.id = $1::integer) AS recorded`, [tableId]);
  if (row === undefined) return null;
  const { schemaName, tableName, ...rest } = row;
  return { ...rest, schema: schemaName, table: tableName };
}
