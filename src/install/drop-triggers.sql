-- Drops the capture triggers of a table, those that are there.
CREATE OR REPLACE FUNCTION prisma_partition.drop_triggers(p_relation oid)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_name text;
BEGIN
  FOR v_name IN SELECT tgname FROM pg_trigger WHERE tgrelid = p_relation AND tgname LIKE 'prisma\_partition\_capture%' LOOP
    PERFORM prisma_partition.drop_trigger(p_relation, v_name);
  END LOOP;
END
$fn$;
