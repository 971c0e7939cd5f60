-- Removes every trace of a registered table whose live table is gone (`prisma migrate reset` drops only the schemas of
-- the datasource): shadow or old table, change log, functions, jobs, pg_partman's configuration.
CREATE OR REPLACE FUNCTION prisma_partition.forget(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables; v_oid oid;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  PERFORM prisma_partition.unschedule(t);
  PERFORM prisma_partition.partman_forget(t);
  PERFORM prisma_partition.drop_machinery(t);
  FOREACH v_oid IN ARRAY ARRAY[t.partitioned, t.plain] LOOP
    IF EXISTS (SELECT FROM pg_class WHERE oid = v_oid) THEN
      EXECUTE format('DROP TABLE %s CASCADE', v_oid::regclass);
    END IF;
  END LOOP;
  DELETE FROM prisma_partition.tables WHERE id = t.id;
END
$fn$;
