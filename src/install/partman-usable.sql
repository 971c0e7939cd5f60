-- Whether pg_partman is installed and this role may use it. (A role that may not falls back on the builtin maintenance.)
CREATE OR REPLACE FUNCTION prisma_partition.partman_usable()
RETURNS boolean LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_partman text := prisma_partition.partman_schema();
BEGIN
  IF v_partman IS NULL THEN RETURN false; END IF;
  RETURN has_schema_privilege(v_partman::regnamespace, 'USAGE') AND has_schema_privilege(v_partman::regnamespace, 'CREATE') AND has_table_privilege(v_partman || '.part_config', 'SELECT')
    AND has_table_privilege(v_partman || '.part_config', 'INSERT') AND has_table_privilege(v_partman || '.part_config', 'UPDATE')
    AND has_table_privilege(v_partman || '.part_config', 'DELETE');
END
$fn$;
