import { tableCheck, tableQuery } from "../check.ts";
import { sql } from "../command.ts";
import { few, plural } from "../words.ts";

/** A partition's replica identity is its own. Of an index: the partition's share of the parent's index. */
const identities = tableQuery({
  columns: { parent: "text", partition: "text", wanted: "text", statement: "text" },
  sql: `
  SELECT format('%I.%I', pn.nspname, p.relname) AS parent, format('%I.%I', ln.nspname, l.relname) AS partition,
    w.wanted, format('ALTER TABLE %I.%I REPLICA IDENTITY %s', ln.nspname, l.relname, w.wanted) AS statement
  FROM prisma_partition.tables t JOIN pg_class p ON p.oid = t.partitioned JOIN pg_namespace pn ON pn.oid = p.relnamespace
  JOIN pg_inherits h ON h.inhparent = p.oid JOIN pg_class l ON l.oid = h.inhrelid JOIN pg_namespace ln ON ln.oid = l.relnamespace
  LEFT JOIN LATERAL (
    SELECT k.relname, y.indisreplident FROM pg_index x JOIN pg_inherits i ON i.inhparent = x.indexrelid
    JOIN pg_index y ON y.indexrelid = i.inhrelid AND y.indrelid = l.oid JOIN pg_class k ON k.oid = y.indexrelid
    WHERE p.relreplident = 'i' AND x.indrelid = p.oid AND x.indisreplident
  ) index ON true
  CROSS JOIN LATERAL (
    SELECT CASE p.relreplident WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING' WHEN 'd' THEN 'DEFAULT'
      ELSE format('USING INDEX %I', index.relname) END AS wanted
  ) w
  WHERE t.id = $1::integer AND w.wanted <> 'USING INDEX ' AND (p.relreplident <> l.relreplident OR NOT coalesce(index.indisreplident, true))
  ORDER BY l.relname`,
});

export const replicaIdentity = tableCheck({
  code: "replica-identity",
  severity: "warning",
  title: "a partition's replica identity is not the table's",
  why: "Logical replication takes the partition's: updates and deletes there are sent with other columns, or fail.",
  reads: "catalogs",
  query: identities,
  find(rows) {
    const [first] = rows;
    if (first === undefined) return [];
    return [
      {
        subject: first.parent,
        what: `The replica identity of ${plural(rows.length, "partition")} differs from that of ${first.parent}: ${few(rows.map(({ partition }) => partition))}.`,
        ...sql(...rows.map(({ statement }) => statement)),
      },
    ];
  },
});
