-- Whether a publication takes in whatever stands in a schema (FOR TABLES IN SCHEMA, PostgreSQL 15 and later).
CREATE OR REPLACE FUNCTION prisma_partition.schema_is_published(p_schema text)
RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  IF current_setting('server_version_num')::integer < 150000 THEN RETURN false; END IF;
  RETURN EXISTS (SELECT FROM pg_publication_namespace WHERE pnnspid = to_regnamespace(quote_ident(p_schema)));
END
$fn$;
