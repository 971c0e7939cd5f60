-- The expression of whether a TRUNCATE waits on the log: as a subquery, so that it is asked once for a query.
CREATE OR REPLACE FUNCTION prisma_partition.truncated_expression(t prisma_partition.tables)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  RETURN (
    SELECT format('(SELECT EXISTS (SELECT FROM prisma_partition.%I WHERE %I IS NULL))', 'log_' || t.id, (prisma_partition.pair_columns(t))[1])
  );
END
$fn$;
