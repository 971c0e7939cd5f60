-- pg_partman's schema, quoted; null where the extension is not installed.
CREATE OR REPLACE FUNCTION prisma_partition.partman_schema()
RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_partman'
$fn$;
