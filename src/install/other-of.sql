-- The table that follows the live one: its partitioned copy before cutover, the old table after it; null when there is
-- none any more.
CREATE OR REPLACE FUNCTION prisma_partition.other_of(t prisma_partition.tables)
RETURNS oid LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT CASE t.stage WHEN 'setup' THEN t.partitioned WHEN 'cutover' THEN t.plain END
$fn$;
