import { tableCheck, tableQuery } from "../check.ts";
import { sql } from "../command.ts";

/** Invalid indexes of partitions that are no share of the table's. */
const leftovers = tableQuery({
  columns: { index: "text", partition: "text" },
  sql: `
  SELECT format('%I.%I', n.nspname, c.relname) AS index, format('%I.%I', n.nspname, l.relname) AS partition
  FROM prisma_partition.tables t JOIN pg_inherits h ON h.inhparent = t.partitioned JOIN pg_class l ON l.oid = h.inhrelid
  JOIN pg_index x ON x.indrelid = l.oid AND NOT x.indisvalid
  JOIN pg_class c ON c.oid = x.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE t.id = $1::integer AND (t.stage <> 'setup' OR t.step = 'drain')
    AND NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = x.indexrelid)
    AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index s WHERE s.relid = l.oid)
  ORDER BY 1`,
});

export const indexLeftover = tableCheck({
  code: "index-leftover",
  severity: "warning",
  title: "an invalid index was left behind on a partition",
  why: "CREATE or REINDEX INDEX CONCURRENTLY failed and left it: no query uses it, every write pays for it.",
  reads: "catalogs and pg_stat_progress_create_index",
  query: leftovers,
  find: (rows) =>
    rows.map(({ index, partition }) => ({
      subject: index,
      what: `Index ${index} of ${partition} is invalid and belongs to no index of the table.`,
      ...sql(`DROP INDEX CONCURRENTLY ${index}`),
    })),
});
