-- The point of the axis up to which partitions ought to exist: `premake` intervals after the current one.
CREATE OR REPLACE FUNCTION prisma_partition.premake_end(t prisma_partition.tables)
RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
  SELECT prisma_partition.axis_step(t.key_kind, t.partition_interval, prisma_partition.current_bucket(t), t.premake + 1)
$fn$;
