import { tableCheck, tableQuery } from "../check.ts";
import { sql } from "../command.ts";

const scheduler = tableQuery({
  columns: { missing: "boolean" },
  sql: `SELECT t.scheduler = 'pg_cron' AND to_regclass('cron.job') IS NULL AS missing FROM prisma_partition.tables t WHERE t.id = $1::integer`,
});

export const schedulerMissing = tableCheck({
  code: "scheduler-missing",
  severity: "error",
  title: "pg_cron, which runs the table's jobs, is not installed any more",
  why: "Nothing copies rows, follows the change log or makes partitions until it is, or something else calls them.",
  reads: "catalogs",
  query: scheduler,
  find: ([row], table) =>
    row?.missing
      ? [
          {
            subject: "pg_cron",
            what: `The jobs of ${table.reference} are pg_cron's, and the extension is gone from this database.`,
            ...sql("CREATE EXTENSION pg_cron", `SELECT prisma_partition.schedule_jobs(${table.id})`),
          },
        ]
      : [],
});
