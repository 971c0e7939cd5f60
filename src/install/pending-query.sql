-- How many rows of each partition wait on the log, as a query: the pairs that are logged, or, after a TRUNCATE, all that
-- the other table holds.
CREATE OR REPLACE FUNCTION prisma_partition.pending_query(t prisma_partition.tables)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  RETURN (
    SELECT format('SELECT x.leaf, sum(x.total)::bigint AS total FROM (
        SELECT %1$s AS leaf, count(*) AS total FROM (SELECT DISTINCT %2$s FROM prisma_partition.%3$I s WHERE NOT %4$s) s GROUP BY 1
        UNION ALL SELECT %1$s, count(*) FROM %5$s s WHERE %4$s GROUP BY 1) x GROUP BY 1',
      prisma_partition.bucket_expression(t), prisma_partition.join_columns(prisma_partition.pair_columns(t), 's.%I', ', '),
      'log_' || t.id, prisma_partition.truncated_expression(t), prisma_partition.other_of(t)::regclass)
  );
END
$fn$;
