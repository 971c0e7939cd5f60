-- The point of the axis up to which partitions ought to exist: `premake` intervals after the current one. For integer
-- keys "current" is the largest key.
CREATE OR REPLACE FUNCTION prisma_partition.premake_end(t prisma_partition.tables)
RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
  SELECT prisma_partition.axis_step(t.key_kind, t.partition_interval, prisma_partition.axis_bucket(t.key_kind, t.partition_interval,
    CASE WHEN t.key_kind = 'integer' THEN coalesce(prisma_partition.edge_point(
      CASE t.stage WHEN 'setup' THEN t.plain ELSE t.partitioned END, t.key_column, t.key_kind, true), '0')
    ELSE now()::text END), t.premake + 1)
$fn$;
