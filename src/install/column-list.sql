-- The columns that can be written, in order, quoted, each with a prefix: from the live catalog, never from the model,
-- which knows nothing of unsupported or ignored columns.
CREATE OR REPLACE FUNCTION prisma_partition.column_list(p_relation oid, p_format text DEFAULT '%I')
RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT string_agg(replace(p_format, '%I', quote_ident(attname)), ', ' ORDER BY attnum)
  FROM pg_attribute
  WHERE attrelid = p_relation AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
$fn$;
