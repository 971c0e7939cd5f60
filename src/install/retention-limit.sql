-- The point of the axis before which everything has expired; null where nothing does. Only after cutover: before it, the
-- plain table still holds those rows and the two must stay equal. For integers it is counted from the largest key.
CREATE OR REPLACE FUNCTION prisma_partition.retention_limit(t prisma_partition.tables)
RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
  SELECT CASE WHEN t.retention IS NULL OR t.stage = 'setup' THEN NULL
    WHEN t.key_kind = 'integer'
    THEN (prisma_partition.edge_point(t.partitioned, t.key_column, t.key_kind, true)::numeric - t.retention::numeric)::text
    ELSE (now() - t.retention::interval)::text END
$fn$;
