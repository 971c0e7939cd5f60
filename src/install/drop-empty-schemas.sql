-- Drops the schemas of a table's second half if nothing is in them and no registered table will need them: expired
-- partitions are kept in `_partitioned`, and go there for as long as a table is maintained.
CREATE OR REPLACE FUNCTION prisma_partition.drop_empty_schemas(t prisma_partition.tables)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_schema text;
BEGIN
  FOR v_schema IN SELECT n.nspname FROM pg_namespace n
    WHERE n.nspname IN (t.schema_name || '_partitioned', t.schema_name || '_old')
      AND NOT EXISTS (SELECT FROM pg_depend WHERE refclassid = 'pg_namespace'::regclass AND refobjid = n.oid)
      AND NOT EXISTS (SELECT FROM prisma_partition.tables x WHERE x.schema_name = t.schema_name
        AND (x.stage <> 'cleanup' OR n.nspname = t.schema_name || '_partitioned'))
  LOOP
    EXECUTE format('DROP SCHEMA %I', v_schema);
  END LOOP;
END
$fn$;
