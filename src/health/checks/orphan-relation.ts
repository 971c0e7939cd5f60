import { installationCheck, installationQuery } from "../check.ts";
import { sql } from "../command.ts";

/**
 * A partitioned table in `<schema>_partitioned`, or a plain one in `<schema>_old`, that no registered table has. Anybody
 * may have a schema of such a name: so only where a trigger of this package stands on it, or a table of that schema is
 * registered. Expired partitions that are kept are plain tables in `<schema>_partitioned`, and not meant.
 */
const orphans = installationQuery({
  columns: { relation: "text", size: "text", partitioned: "boolean" },
  sql: `
  SELECT format('%I.%I', n.nspname, c.relname) AS relation, c.relkind = 'p' AS partitioned, pg_size_pretty(CASE c.relkind
    WHEN 'p' THEN (SELECT coalesce(sum(pg_total_relation_size(h.inhrelid)), 0) FROM pg_inherits h WHERE h.inhparent = c.oid)
    ELSE pg_total_relation_size(c.oid) END) AS size
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE NOT c.relispartition AND (c.relkind = 'p' AND n.nspname LIKE '%\\_partitioned' OR c.relkind = 'r' AND n.nspname LIKE '%\\_old')
    AND NOT EXISTS (SELECT FROM prisma_partition.tables t WHERE c.oid IN (t.plain, t.partitioned))
    AND (EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = c.oid AND starts_with(g.tgname, 'prisma_partition_'))
      OR EXISTS (SELECT FROM prisma_partition.tables t WHERE t.schema_name = regexp_replace(n.nspname, '_(partitioned|old)$', '')))
  ORDER BY 1`,
});

export const orphanRelation = installationCheck({
  code: "orphan-relation",
  severity: "warning",
  title: "a copy or an old table that belongs to no registered table",
  why: "It takes room, and the next setup or cutover of a table of that name fails on it.",
  reads: "catalogs and the sizes of what is found",
  query: orphans,
  find: (rows) =>
    rows.map(({ relation, size, partitioned }) => ({
      subject: relation,
      what: `${relation} (${size}) is ${partitioned ? "the partitioned copy" : "the old table"} of none that is registered. Look into it before you drop it.`,
      ...sql(`DROP TABLE ${relation}`),
    })),
});
