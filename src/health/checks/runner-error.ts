import { tableCheck, tableQuery } from "../check.ts";
import { cli } from "../command.ts";
import { instant } from "../words.ts";

const recorded = tableQuery({
  columns: { lastError: "text?", lastErrorAt: "instant?" },
  sql: "SELECT t.last_error, t.last_error_at FROM prisma_partition.tables t WHERE t.id = $1::integer",
});

export const runnerError = tableCheck({
  code: "runner-error",
  severity: "error",
  title: "the last unit of work failed",
  why: "Work does not go on before the cause is mended. Then run it again: it goes on where it stopped, and the error is forgotten.",
  reads: "what is recorded of the table",
  query: recorded,
  find: ([row], table) =>
    row === undefined || row.lastError === null
      ? []
      : [
          {
            subject: `${table.schema}.${table.table}`,
            what: `Work failed${row.lastErrorAt === null ? "" : ` at ${instant(row.lastErrorAt)}`}: ${row.lastError.trim()}`,
            ...cli("backfill", table),
          },
        ],
});
