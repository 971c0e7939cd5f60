-- The query that compares both sides of a table, partition by partition, in one snapshot (one statement, one scan each).
-- The plain table's rows are put into the bucket that their key belongs to, the partitioned one's into the partition they
-- are in, so a row in a wrong partition shows as two that differ.
--
-- Why live writes never show. A writer's change and its entry on the log commit together, and so do a drain's change of
-- the other table and the removal of the entry. So in any one snapshot, a row whose pair is not on the log is the same on
-- both sides; those whose pair is are left out on both, and counted as pending. After a TRUNCATE that is every row.
CREATE OR REPLACE FUNCTION prisma_partition.compare_query(t prisma_partition.tables)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
DECLARE
  v_type text := (SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = t.plain AND attname = t.key_column);
  v_pair text[] := prisma_partition.pair_columns(t);
  v_bucket text;
BEGIN
  -- Arrays of literals are read once, when the query is planned.
  SELECT format('(CASE WHEN %1$s > 0 AND s.%4$I < (ARRAY[%3$s]::%2$s[])[%1$s] THEN %1$s ELSE 0 END)',
    format('width_bucket(s.%I, ARRAY[%s]::%s[])', t.key_column,
      string_agg(quote_literal(prisma_partition.axis_to_bound(t.key_kind, p.lower)), ', ' ORDER BY p.ordinality), v_type),
    v_type, string_agg(quote_literal(prisma_partition.axis_to_bound(t.key_kind, p.upper)), ', ' ORDER BY p.ordinality), t.key_column)
  INTO v_bucket FROM prisma_partition.list_partitions(t.id) WITH ORDINALITY p WHERE NOT p.is_default;
  RETURN format($sql$
    WITH plain AS (
      SELECT %1$s AS bucket, count(*) AS total, sum(%2$s) AS hash
      FROM ONLY %3$s s WHERE NOT %4$s AND NOT EXISTS (SELECT FROM prisma_partition.%5$I l WHERE %6$s) AND %7$s GROUP BY 1
    ), partitioned AS (
      SELECT s.tableoid AS leaf, count(*) AS total, sum(%8$s) AS hash
      FROM %9$s s WHERE NOT %4$s AND NOT EXISTS (SELECT FROM prisma_partition.%5$I l WHERE %6$s) GROUP BY 1
    ), pending AS (
      SELECT %1$s AS bucket, count(*) AS total FROM (SELECT DISTINCT %10$s FROM prisma_partition.%5$I s WHERE NOT %4$s) s GROUP BY 1
      UNION ALL SELECT %1$s, count(*) FROM %11$s s WHERE %4$s GROUP BY 1
    )
    SELECT p.partition, p.lower, p.upper, %12$s, coalesce(c.total, 0)::bigint,
      coalesce(a.total, 0) = coalesce(b.total, 0) AND a.hash IS NOT DISTINCT FROM b.hash
    FROM prisma_partition.list_partitions($1) WITH ORDINALITY p
    LEFT JOIN plain a ON a.bucket = CASE WHEN p.is_default THEN 0 ELSE p.ordinality END
    LEFT JOIN partitioned b ON b.leaf = p.partition::regclass
    LEFT JOIN pending c ON c.bucket = CASE WHEN p.is_default THEN 0 ELSE p.ordinality END
    ORDER BY p.ordinality
  $sql$, v_bucket, prisma_partition.row_hash(t.plain), t.plain::regclass,
    format('(SELECT EXISTS (SELECT FROM prisma_partition.%I WHERE %I IS NULL))', 'log_' || t.id, v_pair[1]), 'log_' || t.id,
    prisma_partition.join_columns(v_pair, 'l.%1$I = s.%1$I', ' AND '), prisma_partition.kept_rows(t),
    prisma_partition.row_hash(t.partitioned), t.partitioned::regclass, prisma_partition.join_columns(v_pair, 's.%I', ', '),
    prisma_partition.other_of(t)::regclass,
    CASE t.stage WHEN 'setup' THEN 'coalesce(a.total, 0)::bigint, coalesce(b.total, 0)::bigint'
      ELSE 'coalesce(b.total, 0)::bigint, coalesce(a.total, 0)::bigint' END);
END
$fn$;
