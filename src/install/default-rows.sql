-- The number of rows in a table's default partition. SECURITY DEFINER: who monitors may know how many there are.
CREATE OR REPLACE FUNCTION prisma_partition.default_rows(p_partitioned oid)
RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_default oid := (SELECT partdefid FROM pg_partitioned_table WHERE partrelid = p_partitioned); v_count bigint := 0;
BEGIN
  IF v_default <> 0 THEN EXECUTE format('SELECT count(*) FROM %s', v_default::regclass) INTO v_count; END IF;
  RETURN v_count;
END
$fn$;
