-- The schema a relation is in, unquoted.
CREATE OR REPLACE FUNCTION prisma_partition.schema_of(p_relation oid)
RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT n.nspname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = p_relation
$fn$;
