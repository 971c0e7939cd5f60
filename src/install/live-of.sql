-- The table that the application uses.
CREATE OR REPLACE FUNCTION prisma_partition.live_of(t prisma_partition.tables)
RETURNS oid LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT CASE t.stage WHEN 'setup' THEN t.plain ELSE t.partitioned END
$fn$;
