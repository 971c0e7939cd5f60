-- Puts the shadow under pg_partman's care. Works with 4.x (type 'native') and 5.x (type 'range'); bounds are cut in UTC
-- because this function pins TimeZone. Retention begins with the swap. Rows are expected at all times, so partitions are made ahead even when none come.
CREATE OR REPLACE FUNCTION prisma_partition.partman_adopt(t prisma_partition.tables, p_first text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
DECLARE
  v_partman text := prisma_partition.partman_schema();
  v_parent text := t.schema_name || '_partitioned.' || t.table_name;
  v_four boolean := (SELECT extversion LIKE '4.%' FROM pg_extension WHERE extname = 'pg_partman');
BEGIN
  EXECUTE format('SELECT %s.create_parent(p_parent_table := $1, p_control := $2, p_type := $3, p_interval := $4, p_premake := $5, p_start_partition := $6)', v_partman)
  USING v_parent, t.key_column, CASE WHEN v_four THEN 'native' ELSE 'range' END, t.partition_interval, t.premake, p_first;
  EXECUTE format('UPDATE %s.part_config SET infinite_time_partitions = true, automatic_maintenance = $2 WHERE parent_table = $1', v_partman)
  USING v_parent,
    -- Our own daily job maintains this table alone: one failing table would stop run_maintenance_proc() for all.
    CASE WHEN t.scheduler = 'pg_cron' THEN 'off' ELSE 'on' END;
  PERFORM prisma_partition.carry_to_partition(t.partitioned, inhrelid) FROM pg_inherits WHERE inhparent = t.partitioned;
END
$fn$;
