-- A condition on the rows of both sides (`s`) that leaves out what has expired: the old table has it still, and nobody
-- wants it back. `true` where nothing expires.
CREATE OR REPLACE FUNCTION prisma_partition.kept_rows(t prisma_partition.tables)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
DECLARE
  v_first text;
BEGIN
  IF t.stage <> 'cutover' OR t.retention IS NULL THEN RETURN 'true'; END IF;
  SELECT p.lower INTO v_first FROM prisma_partition.list_partitions(t.id) WITH ORDINALITY p
  WHERE NOT p.is_default ORDER BY p.ordinality LIMIT 1;
  RETURN coalesce(format('s.%I >= %L', t.key_column, prisma_partition.axis_to_bound(t.key_kind, v_first)), 'true');
END
$fn$;
