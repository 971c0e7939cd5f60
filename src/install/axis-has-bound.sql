-- Whether a bound can stand at a point of the axis: an integer's only where its type goes. Rows beyond the last bucket
-- that has both its bounds stay in the default partition.
CREATE OR REPLACE FUNCTION prisma_partition.axis_has_bound(t prisma_partition.tables, p_point text)
RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT t.key_kind <> 'integer' OR p_point::numeric BETWEEN -power(2::numeric, bits) AND power(2::numeric, bits) - 1
  FROM (SELECT attlen * 8 - 1 AS bits FROM pg_attribute WHERE attrelid = t.partitioned AND attname = t.key_column) a
$fn$;
