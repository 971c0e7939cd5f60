-- One round of maintenance: see maintain.
CREATE OR REPLACE FUNCTION prisma_partition.perform_maintenance(p_schema text, p_table text)
RETURNS integer LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET lock_timeout = '5s' AS $fn$
DECLARE
  t prisma_partition.tables := prisma_partition.find_table(p_schema, p_table);
  v_before bigint; v_after bigint; v_lower text; v_end text; v_partman text := prisma_partition.partman_schema();
BEGIN
  IF NOT pg_try_advisory_xact_lock(1347440720, t.id) THEN
    RAISE NOTICE 'prisma-partition: %.% is being worked on; maintenance comes next time', p_schema, p_table;
    RETURN 0;
  END IF;
  SELECT count(*) INTO v_before FROM pg_inherits WHERE inhparent = t.partitioned;
  PERFORM prisma_partition.empty_default(t);
  IF t.maintenance = 'partman' THEN
    EXECUTE format('SELECT %s.run_maintenance(p_parent_table := $1, p_analyze := false)', v_partman)
    USING prisma_partition.schema_of(t.partitioned) || '.' || t.table_name;
  ELSE
    v_end := prisma_partition.premake_end(t);
    v_lower := coalesce((SELECT p.upper FROM prisma_partition.list_partitions(t.id) p WHERE NOT p.is_default
      AND prisma_partition.axis_compare(t.key_kind, p.lower, v_end) < 0
      ORDER BY CASE WHEN t.key_kind = 'integer' THEN p.upper::numeric ELSE extract(epoch FROM p.upper::timestamptz) END DESC LIMIT 1),
      prisma_partition.axis_step(t.key_kind, t.partition_interval, v_end, -t.premake - 1));
    WHILE prisma_partition.axis_compare(t.key_kind, v_lower, v_end) < 0 LOOP
      PERFORM prisma_partition.create_partition(t, v_lower, prisma_partition.axis_step(t.key_kind, t.partition_interval, v_lower, 1));
      v_lower := prisma_partition.axis_step(t.key_kind, t.partition_interval, v_lower, 1);
    END LOOP;
    PERFORM prisma_partition.expire_partitions(t);
  END IF;
  SELECT count(*) INTO v_after FROM pg_inherits WHERE inhparent = t.partitioned;
  UPDATE prisma_partition.tables SET maintained_at = clock_timestamp() WHERE id = t.id;
  RETURN v_after - v_before;
END
$fn$;
