import { tableCheck, tableQuery } from "../check.ts";
import { sql } from "../command.ts";

/**
 * The buckets from now to the end of what is premade that no partition holds, and the relations that stand where a
 * partition of theirs would be put: under this package's names, and pg_partman's of versions 4 and 5.
 */
const takenNames = tableQuery({
  columns: { name: "text", renamed: "text", lower: "text" },
  sql: `
  WITH t AS (
    SELECT x.*, prisma_partition.schema_of(x.partitioned) AS place, prisma_partition.current_bucket(x) AS present
    FROM prisma_partition.tables x WHERE x.id = $1::integer
  ), p AS MATERIALIZED (
    SELECT l.* FROM t, prisma_partition.list_partitions(t.id) l WHERE NOT l.is_default
  ), missing AS (
    SELECT t.*, b.lower FROM t CROSS JOIN generate_series(0, least(t.premake, 1000)) step(number)
    CROSS JOIN LATERAL (SELECT prisma_partition.axis_step(t.key_kind, t.partition_interval, t.present, step.number) AS lower) b
    WHERE NOT EXISTS (SELECT FROM p WHERE prisma_partition.axis_compare(t.key_kind, p.lower, b.lower) <= 0
      AND prisma_partition.axis_compare(t.key_kind, p.upper, b.lower) > 0)
  )
  SELECT DISTINCT ON (c.oid) format('%I.%I', m.place, c.relname) AS name,
    quote_ident(prisma_partition.leaf_name(c.relname::text, '_stray')) AS renamed, m.lower
  FROM missing m
  CROSS JOIN LATERAL unnest(CASE WHEN m.key_kind = 'integer' THEN ARRAY[m.lower] ELSE (
    SELECT array_agg(to_char(m.lower::timestamptz AT TIME ZONE 'UTC', f.pattern))
    FROM unnest(ARRAY['YYYYMMDD', 'YYYYMMDD_HH24MI', 'YYYYMMDD_HH24MISS', 'YYYY', 'YYYY_MM', 'YYYY_MM_DD', 'YYYY_MM_DD_HH24MI', 'YYYY"q"Q', 'IYYY"w"IW']) f(pattern)
  ) END) AS suffix(text)
  JOIN pg_class c ON c.relnamespace = to_regnamespace(quote_ident(m.place)) AND c.relname = prisma_partition.leaf_name(m.table_name, '_p' || suffix.text)
  WHERE NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = c.oid AND h.inhparent = m.partitioned)
  ORDER BY c.oid`,
});

export const strayTable = tableCheck({
  code: "stray-table",
  severity: "error",
  title: "another relation has the name of a partition that is missing",
  why: "The partition cannot be made while the name is taken: maintenance fails, or pg_partman passes over it without a word.",
  reads: "catalogs; for an integer key the largest key, ACCESS SHARE",
  query: takenNames,
  find: (rows) =>
    rows.map(({ name, renamed, lower }) => ({
      subject: name,
      what: `${name} is no partition and has the name of the one from ${lower.replace(/ 00:00:00\+00$/, "")} on, which is missing. After it is renamed, the next maintenance makes the partition.`,
      ...sql(`ALTER TABLE ${name} RENAME TO ${renamed}`),
    })),
});
