-- A search_path, pg_catalog first, in which the operators of the columns' types are found: citext's, say, are where that
-- extension is, and a domain over citext has them there, too.
CREATE OR REPLACE FUNCTION prisma_partition.operator_path(p_relation oid, p_columns text[])
RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT concat_ws(', ', 'pg_catalog', string_agg(DISTINCT quote_ident(n.nspname), ', '), 'pg_temp')
  FROM pg_attribute a JOIN pg_type y ON y.oid = prisma_partition.base_type(a.atttypid) JOIN pg_namespace n ON n.oid = y.typnamespace
  WHERE a.attrelid = p_relation AND a.attname = ANY (p_columns) AND n.nspname <> 'pg_catalog'
$fn$;
