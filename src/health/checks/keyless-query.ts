import { tableCheck, tableQuery } from "../check.ts";
import { sql } from "../command.ts";
import { readsWithoutKey } from "../query-text.ts";

/** The costliest statements that name the table; which of them lack the key is seen in their text. */
const statements = tableQuery({
  columns: { query: "text", calls: "bigint", meanMs: "float", reset: "text" },
  sql: `
  SELECT s.query, s.calls, round(s.mean_exec_time::numeric, 3) AS mean_ms,
    format('SELECT %s.pg_stat_statements_reset(%s, %s, %s)', '{extension}', s.userid, s.dbid, s.queryid) AS reset
  FROM {extension}.pg_stat_statements s JOIN prisma_partition.tables t ON t.id = $1::integer AND t.stage <> 'setup'
  WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND s.queryid IS NOT NULL
    AND strpos(s.query, t.table_name) > 0 AND strpos(s.query, 'prisma_partition') = 0
  ORDER BY s.total_exec_time DESC LIMIT 500`,
});

const shown = 10;

export const keylessQuery = tableCheck({
  code: "keyless-query",
  severity: "info",
  title: "a query without the partition key",
  why: "It looks into every partition. (A guess by its text, with statistics from before the cutover too: the key does not occur after WHERE or ON.) Put the key into the query, then let its statistics begin anew.",
  reads: "pg_stat_statements",
  needs: "pg_stat_statements",
  query: statements,
  find: (rows, table) =>
    rows
      .filter(({ query }) => readsWithoutKey(query, table))
      .slice(0, shown)
      .map(({ query, calls, meanMs, reset }) => ({
        subject: `${table.schema}.${table.table}`,
        what: `${calls} ${calls === 1n ? "call" : "calls"}, ${meanMs} ms each, without ${table.keyColumn}: ${shorten(query)}`,
        ...sql(reset),
      })),
});

function shorten(query: string): string {
  const line = query.replace(/\s+/g, " ").trim();
  return line.length <= 200 ? line : `${line.slice(0, 199)}…`;
}
