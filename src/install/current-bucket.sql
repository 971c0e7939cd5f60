-- Lower bound of the bucket that new rows go to: that of now; for integer keys, that of the largest key there is.
CREATE OR REPLACE FUNCTION prisma_partition.current_bucket(t prisma_partition.tables)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
BEGIN
  RETURN prisma_partition.axis_bucket(t.key_kind, t.partition_interval,
    CASE WHEN t.key_kind = 'integer' THEN coalesce(prisma_partition.edge_point(
      prisma_partition.live_of(t), t.key_column, t.key_kind, true), '0')
    ELSE now()::text END);
END
$fn$;
