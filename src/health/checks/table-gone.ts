import { tableCheck, tableQuery } from "../check.ts";
import { sql } from "../command.ts";

const remains = tableQuery({
  columns: { rest: "text?", size: "text?" },
  sql: `
  SELECT format('%I.%I', n.nspname, c.relname) AS rest, pg_size_pretty(CASE c.relkind
    WHEN 'p' THEN (SELECT sum(pg_total_relation_size(h.inhrelid)) FROM pg_inherits h WHERE h.inhparent = c.oid)
    ELSE pg_total_relation_size(c.oid) END) AS size
  FROM prisma_partition.tables t
  LEFT JOIN pg_class c ON c.oid IN (t.plain, t.partitioned) LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE t.id = $1::integer`,
});

export const tableGone = tableCheck({
  code: "table-gone",
  severity: "error",
  title: "the table was dropped, and what belongs to it is left",
  why: "`prisma migrate reset` drops only the schemas of the datasource. Its jobs fail, and its other half takes room. When the migrations are replayed, this is done by itself.",
  reads: "catalogs and the size of what is left",
  query: remains,
  find([rest], table) {
    if (table.liveExists) return [];
    const left = rest?.rest ? ` That drops ${rest.rest} (${rest.size}) too: look into it first.` : "";
    return [
      {
        subject: `${table.schema}.${table.table}`,
        what: `Table ${table.schema}.${table.table} is gone; its record, log and jobs are left. This removes every trace of it.${left}`,
        ...sql(`SELECT prisma_partition.forget(${table.id})`),
      },
    ];
  },
});
