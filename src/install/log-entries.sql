-- The number of entries on a table's change log; 0 when it has none any more. SECURITY DEFINER: who monitors may know how
-- many there are, not what they hold.
CREATE OR REPLACE FUNCTION prisma_partition.log_entries(p_table integer)
RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_count bigint;
BEGIN
  IF to_regclass(format('prisma_partition.%I', 'log_' || p_table)) IS NULL THEN RETURN 0; END IF;
  EXECUTE format('SELECT count(*) FROM prisma_partition.%I', 'log_' || p_table) INTO v_count;
  RETURN v_count;
END
$fn$;
