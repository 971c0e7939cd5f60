import { tableCheck, tableQuery } from "../check.ts";
import { identifier, qualified, sql } from "../command.ts";

/**
 * The publications that name what belongs to the table but is not the live table: the other one of the two, a partition,
 * or an expired one that is kept; and whether the live table is published there too.
 */
export const publications = tableQuery({
  columns: { publication: "text", relation: "text", role: "text", bySchema: "text?", livePublished: "boolean" },
  sql: `
  WITH t AS (
    SELECT x.*, CASE x.stage WHEN 'setup' THEN x.plain ELSE x.partitioned END::oid AS live FROM prisma_partition.tables x WHERE x.id = $1::integer
  ), part(oid, role) AS (
    SELECT t.plain::oid, 'the old table' FROM t WHERE t.stage = 'cutover'
    UNION ALL SELECT t.partitioned::oid, 'the copy' FROM t WHERE t.stage = 'setup'
    UNION ALL SELECT h.inhrelid, 'a partition' FROM t JOIN pg_inherits h ON h.inhparent = t.partitioned
    UNION ALL SELECT c.oid, 'an expired partition' FROM t JOIN pg_class c ON c.relnamespace = to_regnamespace(quote_ident(t.schema_name || '_partitioned'))
    WHERE c.relkind = 'r' AND NOT c.relispartition AND prisma_partition.column_list(c.oid) = prisma_partition.column_list(t.partitioned)
      AND NOT EXISTS (SELECT FROM prisma_partition.tables x WHERE c.oid IN (x.plain, x.partitioned))
  )
  SELECT p.pubname AS publication, format('%I.%I', n.nspname, c.relname) AS relation, part.role,
    CASE WHEN r.by_schema THEN n.nspname END AS by_schema,
    EXISTS (SELECT FROM prisma_partition.publications_of(t.live) l WHERE l.publication = p.oid) AS live_published
  FROM t CROSS JOIN part JOIN pg_class c ON c.oid = part.oid JOIN pg_namespace n ON n.oid = c.relnamespace
  CROSS JOIN LATERAL prisma_partition.publications_of(part.oid) r JOIN pg_publication p ON p.oid = r.publication
  WHERE NOT (r.by_schema AND n.nspname = t.schema_name) -- with the live table, which stands in the same schema
  ORDER BY 1, 2`,
});

export const publicationMissing = tableCheck({
  code: "publication-missing",
  severity: "error",
  title: "the table is missing from a publication that its old table or a partition is in",
  why: "Subscribers get none of the application's writes to it, or some of them only.",
  reads: "catalogs",
  query: publications,
  find: (rows, table) =>
    [...new Set(rows.filter(({ livePublished }) => !livePublished).map(({ publication }) => publication))].map(
      (publication) => {
        const there = rows.find((row) => row.publication === publication);
        return {
          subject: publication,
          what: `Publication ${publication} has ${there?.role} ${there?.relation}, and not ${table.schema}.${table.table}, which the application writes to.`,
          ...sql(`ALTER PUBLICATION ${identifier(publication)} ADD TABLE ${qualified(table)}`),
        };
      },
    ),
});
