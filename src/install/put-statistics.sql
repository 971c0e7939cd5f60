-- Extended statistics stand in a schema of their own: those in the schema that their table has left follow it.
CREATE OR REPLACE FUNCTION prisma_partition.put_statistics(p_relation oid, p_from text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_name text;
BEGIN
  FOR v_name IN SELECT stxname FROM pg_statistic_ext WHERE stxrelid = p_relation AND stxnamespace = to_regnamespace(quote_ident(p_from))
    AND p_from <> prisma_partition.schema_of(p_relation)
  LOOP
    EXECUTE format('ALTER STATISTICS %I.%I SET SCHEMA %I', p_from, v_name, prisma_partition.schema_of(p_relation));
  END LOOP;
END
$fn$;
