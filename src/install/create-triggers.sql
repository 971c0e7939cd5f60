-- The capture triggers, on either of the two tables. They stay silent while a drain writes: what a drain copies from
-- one side to the other is no change of its own.
CREATE OR REPLACE FUNCTION prisma_partition.create_triggers(t prisma_partition.tables, p_relation oid)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_when constant text := $sql$ WHEN (current_setting('prisma_partition.draining', true) IS DISTINCT FROM 'on') $sql$;
  v_function text := format('prisma_partition.%I()', 'capture_' || t.id);
BEGIN
  EXECUTE format('CREATE TRIGGER prisma_partition_capture AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW %s EXECUTE FUNCTION %s',
    p_relation::regclass, v_when, v_function);
  EXECUTE format('CREATE TRIGGER prisma_partition_capture_truncate AFTER TRUNCATE ON %s FOR EACH STATEMENT %s EXECUTE FUNCTION %s',
    p_relation::regclass, v_when, v_function);
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER prisma_partition_capture, ENABLE ALWAYS TRIGGER prisma_partition_capture_truncate',
    p_relation::regclass);
END
$fn$;
