-- The properties of a table's columns that a copy must share. Default expressions are compared as text; an identity by
-- its kind (its sequence is another one and is advanced in the swap).
CREATE OR REPLACE FUNCTION prisma_partition.column_properties(p_relation oid)
RETURNS TABLE (attname name, ordinal bigint, type text, required boolean, default_expression text, identity "char", generated "char",
  collation_oid oid, storage "char", compression "char", statistics integer, comment text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT a.attname, row_number() OVER (ORDER BY a.attnum), format_type(a.atttypid, a.atttypmod), a.attnotnull,
    pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated, a.attcollation, a.attstorage, a.attcompression,
    nullif(coalesce(a.attstattarget, -1), -1)::integer, col_description(a.attrelid, a.attnum)
  FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attrelid = p_relation AND a.attnum > 0 AND NOT a.attisdropped
$fn$;
