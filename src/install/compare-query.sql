-- The query that compares both sides of a table, partition by partition, in one snapshot (one statement, one scan each).
-- The rows of a side are put into the bucket that their key belongs to, so a row in a wrong partition shows as a
-- difference of two. Rows whose pair is on the log are left out on both sides: they are still to be replayed. What is
-- left must be equal, also under live writes.
-- The hash is of the row's text: summed record hashes do not see two rows that swapped a value (1000 of 1000 trials),
-- call 1.0 and 1.00 equal, and have none for json. Sides: 0 the live table, 1 the other one.
CREATE OR REPLACE FUNCTION prisma_partition.compare_query(t prisma_partition.tables)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
DECLARE
  v_type text := (SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = t.plain AND attname = t.key_column);
  v_lowers text; v_uppers text; v_all text;
  v_pair text[] := prisma_partition.pair_columns(t);
BEGIN
  SELECT string_agg(quote_literal(prisma_partition.axis_to_bound(t.key_kind, p.lower)), ', ' ORDER BY p.ordinality),
         string_agg(quote_literal(prisma_partition.axis_to_bound(t.key_kind, p.upper)), ', ' ORDER BY p.ordinality)
  INTO v_lowers, v_uppers FROM prisma_partition.list_partitions(t.id) WITH ORDINALITY p WHERE NOT p.is_default;
  -- Every column, generated ones too.
  SELECT string_agg('s.' || quote_ident(attname), ', ' ORDER BY attnum) INTO v_all
  FROM pg_attribute WHERE attrelid = t.plain AND attnum > 0 AND NOT attisdropped;
  RETURN format($sql$
    WITH bounds AS MATERIALIZED (
      SELECT ARRAY[%1$s]::%2$s[] AS lowers, ARRAY[%3$s]::%2$s[] AS uppers
    ), logged AS MATERIALIZED (
      SELECT DISTINCT %4$s FROM prisma_partition.%5$I WHERE %6$I IS NOT NULL
    ), plain AS (
      SELECT CASE WHEN b.at > 0 AND s.%7$I < bounds.uppers[b.at] THEN b.at ELSE 0 END AS bucket,
        count(*) AS total, sum(hashtextextended(ROW(%8$s)::text, 0)::numeric) AS hash
      FROM ONLY %9$s s CROSS JOIN bounds CROSS JOIN LATERAL (SELECT width_bucket(s.%7$I, bounds.lowers) AS at) b
      WHERE NOT EXISTS (SELECT FROM logged l WHERE %10$s) AND %12$s GROUP BY 1
    ), partitioned AS (
      SELECT s.tableoid AS leaf, count(*) AS total, sum(hashtextextended(ROW(%8$s)::text, 0)::numeric) AS hash
      FROM %11$s s WHERE NOT EXISTS (SELECT FROM logged l WHERE %10$s) AND %12$s GROUP BY 1
    ), pending AS (
      SELECT CASE WHEN b.at > 0 AND l.%7$I < bounds.uppers[b.at] THEN b.at ELSE 0 END AS bucket, count(*) AS total
      FROM logged l CROSS JOIN bounds CROSS JOIN LATERAL (SELECT width_bucket(l.%7$I, bounds.lowers) AS at) b GROUP BY 1
    )
    SELECT p.partition, p.lower, p.upper, coalesce(a.total, 0)::bigint, coalesce(b.total, 0)::bigint, coalesce(c.total, 0)::bigint,
      coalesce(a.total, 0) = coalesce(b.total, 0) AND a.hash IS NOT DISTINCT FROM b.hash
    FROM prisma_partition.list_partitions($1) WITH ORDINALITY p
    LEFT JOIN plain a ON a.bucket = CASE WHEN p.is_default THEN 0 ELSE p.ordinality END
    LEFT JOIN partitioned b ON b.leaf = p.partition::regclass
    LEFT JOIN pending c ON c.bucket = CASE WHEN p.is_default THEN 0 ELSE p.ordinality END
    ORDER BY p.ordinality
  $sql$, v_lowers, v_type, v_uppers, prisma_partition.join_columns(v_pair, '%I', ', '), 'log_' || t.id, v_pair[1],
    t.key_column, v_all, t.plain::regclass, prisma_partition.join_columns(v_pair, 'l.%1$I = s.%1$I', ' AND '), t.partitioned::regclass,
    prisma_partition.kept_rows(t));
END
$fn$;
