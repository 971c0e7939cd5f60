-- The plain key columns of an index, in order (expressions and INCLUDE columns are not among them).
CREATE OR REPLACE FUNCTION prisma_partition.index_columns(p_index oid)
RETURNS text[] LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT coalesce(array_agg(a.attname::text ORDER BY k.ordinal), '{}')
  FROM pg_index i
  CROSS JOIN unnest(i.indkey::smallint[]) WITH ORDINALITY AS k(attnum, ordinal)
  JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
  WHERE i.indexrelid = p_index AND k.ordinal <= i.indnkeyatts
$fn$;
