-- Renames the expired partitions that are kept beside the copy (`…_expired`): partitions that go back there, or are made
-- anew for the same time, have their names. They are known by their columns, and by being nobody's partition.
CREATE OR REPLACE FUNCTION prisma_partition.set_aside_expired(t prisma_partition.tables)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  r record; v_schema text := t.schema_name || '_partitioned'; v_name text; v_count integer;
BEGIN
  FOR r IN SELECT c.oid, c.relname FROM pg_class c
    WHERE c.relnamespace = to_regnamespace(quote_ident(v_schema)) AND c.relkind = 'r' AND NOT c.relispartition
      AND c.relname !~ '_expired[0-9]*$' AND c.oid IS DISTINCT FROM t.plain::oid
      AND prisma_partition.column_list(c.oid) = prisma_partition.column_list(t.partitioned)
      AND NOT EXISTS (SELECT FROM prisma_partition.tables x WHERE c.oid IN (x.plain, x.partitioned))
  LOOP
    v_count := 1;
    LOOP
      v_name := prisma_partition.leaf_name(r.relname, '_expired' || CASE WHEN v_count > 1 THEN v_count::text ELSE '' END);
      EXIT WHEN to_regclass(format('%I.%I', v_schema, v_name)) IS NULL;
      v_count := v_count + 1;
    END LOOP;
    EXECUTE format('ALTER TABLE %s RENAME TO %I', r.oid::regclass, v_name);
  END LOOP;
END
$fn$;
