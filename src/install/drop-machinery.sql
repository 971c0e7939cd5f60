-- Removes change capture from both tables: triggers, change log, drains. ACCESS EXCLUSIVE on both until commit; the caller
-- has taken it with lock_relations where somebody uses them.
CREATE OR REPLACE FUNCTION prisma_partition.drop_machinery(t prisma_partition.tables)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_relation oid; v_function regprocedure;
BEGIN
  FOREACH v_relation IN ARRAY ARRAY[t.plain, t.partitioned] LOOP
    PERFORM prisma_partition.drop_triggers(v_relation);
    PERFORM prisma_partition.drop_trigger(v_relation, 'prisma_partition_guard');
  END LOOP;
  EXECUTE format('DROP TABLE IF EXISTS prisma_partition.%I CASCADE', 'log_' || t.id); -- its row type is an argument of nothing else
  FOR v_function IN SELECT oid FROM pg_proc WHERE pronamespace = 'prisma_partition'::regnamespace
    AND proname ~ format('^(capture_%1$s(_(insert|update|delete))?|drain_%1$s_(forward|reverse))$', t.id)
  LOOP
    EXECUTE format('DROP FUNCTION %s', v_function);
  END LOOP;
END
$fn$;
