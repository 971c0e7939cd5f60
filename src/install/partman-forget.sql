-- Takes a table out of pg_partman's configuration, its template table included.
CREATE OR REPLACE FUNCTION prisma_partition.partman_forget(t prisma_partition.tables)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_partman text := prisma_partition.partman_schema(); v_template text;
BEGIN
  IF v_partman IS NULL THEN RETURN; END IF;
  FOR v_template IN EXECUTE format(
    'DELETE FROM %s.part_config WHERE parent_table IN ($1, $2) RETURNING template_table', v_partman)
    USING t.schema_name || '.' || t.table_name, t.schema_name || '_partitioned.' || t.table_name
  LOOP
    -- Its names are not quoted: the schema ends at the first dot.
    EXECUTE format('DROP TABLE IF EXISTS %I.%I', split_part(v_template, '.', 1), substr(v_template, strpos(v_template, '.') + 1));
  END LOOP;
END
$fn$;
