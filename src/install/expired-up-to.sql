-- The point of the axis before which rows may have gone with expired partitions; null where none have. It never goes back:
-- when `retention` is lengthened or taken out, what has expired stays so. What expires now is taken from the partitions,
-- for pg_partman detaches some without us; one that somebody took away before its time has not expired.
CREATE OR REPLACE FUNCTION prisma_partition.expired_up_to(t prisma_partition.tables)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
DECLARE
  v_point text := prisma_partition.retention_limit(t); v_first text;
BEGIN
  IF v_point IS NULL OR NOT prisma_partition.axis_has_bound(t, v_point) THEN RETURN t.expired_before; END IF;
  SELECT p.lower INTO v_first FROM prisma_partition.list_partitions(t.id) WITH ORDINALITY p
  WHERE NOT p.is_default ORDER BY p.ordinality LIMIT 1;
  IF prisma_partition.axis_compare(t.key_kind, v_first, v_point) < 0 THEN v_point := v_first; END IF;
  RETURN CASE WHEN prisma_partition.axis_compare(t.key_kind, t.expired_before, v_point) > 0 THEN t.expired_before ELSE v_point END;
END
$fn$;
