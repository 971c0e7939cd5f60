-- Removes change capture from both tables: triggers, change log, drains. ACCESS EXCLUSIVE on both until commit; the caller
-- has taken it with lock_relations where somebody uses them.
CREATE OR REPLACE FUNCTION prisma_partition.drop_machinery(t prisma_partition.tables)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_relation oid; v_trigger text; v_drain regprocedure;
BEGIN
  FOREACH v_relation IN ARRAY ARRAY[t.plain, t.partitioned] LOOP
    FOREACH v_trigger IN ARRAY ARRAY['prisma_partition_capture', 'prisma_partition_capture_truncate', 'prisma_partition_guard'] LOOP
      PERFORM prisma_partition.drop_trigger(v_relation, v_trigger);
    END LOOP;
  END LOOP;
  EXECUTE format('DROP TABLE IF EXISTS prisma_partition.%I CASCADE', 'log_' || t.id); -- its row type is an argument of nothing else
  EXECUTE format('DROP FUNCTION IF EXISTS prisma_partition.%I()', 'capture_' || t.id);
  FOR v_drain IN SELECT oid FROM pg_proc WHERE pronamespace = 'prisma_partition'::regnamespace
    AND proname IN ('drain_' || t.id || '_forward', 'drain_' || t.id || '_reverse')
  LOOP
    EXECUTE format('DROP FUNCTION %s', v_drain);
  END LOOP;
END
$fn$;
