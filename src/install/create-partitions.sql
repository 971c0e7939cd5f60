-- Creates the partitions: from p_start (null: the oldest row) to now, `premake` ahead, and a default partition. Through
-- pg_partman where it maintains the table, else one by one. The scan for the oldest row, if the key has no index, takes
-- ACCESS SHARE only.
CREATE OR REPLACE FUNCTION prisma_partition.create_partitions(p_table integer, p_start text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET row_security = off AS $fn$
DECLARE
  t prisma_partition.tables; v_current text; v_lower text; v_upper text; v_first text; v_last text; v_count integer := 0; v_locks integer; v_capacity integer; v_taken text;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  v_current := prisma_partition.current_bucket(t);
  v_first := prisma_partition.axis_bucket(t.key_kind, t.partition_interval,
    coalesce(p_start, prisma_partition.edge_point(t.plain, t.key_column, t.key_kind, false), v_current));
  IF prisma_partition.axis_compare(t.key_kind, v_first, v_current) > 0 THEN v_first := v_current; END IF;
  v_last := prisma_partition.axis_step(t.key_kind, t.partition_interval, v_current, t.premake);

  v_lower := v_first;
  WHILE prisma_partition.axis_compare(t.key_kind, v_lower, v_last) <= 0 LOOP
    v_count := v_count + 1;
    IF v_count > 5000 THEN
      RAISE EXCEPTION 'prisma-partition: partitions of % from % on would be more than 5000', t.partition_interval, v_first
        USING HINT = 'Use a longer interval, or set start: in the annotation; older rows then get partitions of their own only where there are any.';
    END IF;
    v_lower := prisma_partition.axis_step(t.key_kind, t.partition_interval, v_lower, 1);
  END LOOP;
  -- The swap holds a lock on every partition, its TOAST and its indexes at once (7.1 each with four indexes, measured).
  v_locks := v_count * (3 + (SELECT count(*) FROM pg_index WHERE indrelid = t.plain));
  v_capacity := current_setting('max_locks_per_transaction')::integer
    * (current_setting('max_connections')::integer + current_setting('max_prepared_transactions')::integer);
  IF v_locks > v_capacity THEN
    RAISE EXCEPTION 'prisma-partition: % partitions need some % locks at cutover, this server has room for %', v_count, v_locks, v_capacity
      USING ERRCODE = 'configuration_limit_exceeded',
        HINT = format('Use a longer interval, set start: in the annotation, or raise max_locks_per_transaction to %s and restart.',
          ceil(current_setting('max_locks_per_transaction')::numeric * v_locks / v_capacity * 1.5));
  END IF;
  v_lower := v_first;
  WHILE t.maintenance = 'builtin' AND prisma_partition.axis_compare(t.key_kind, v_lower, v_last) <= 0 LOOP
    v_upper := prisma_partition.axis_step(t.key_kind, t.partition_interval, v_lower, 1);
    EXIT WHEN NOT prisma_partition.axis_has_bound(t, v_upper);
    IF prisma_partition.axis_has_bound(t, v_lower) THEN
      PERFORM prisma_partition.create_partition(t, v_lower, v_upper);
    END IF;
    v_lower := v_upper;
  END LOOP;

  IF t.maintenance = 'partman' THEN
    PERFORM prisma_partition.partman_adopt(t, v_first);
  ELSE
    EXECUTE format('CREATE TABLE %I.%I PARTITION OF %s DEFAULT', t.schema_name || '_partitioned',
      prisma_partition.leaf_name(t.table_name, '_default'), t.partitioned::regclass);
  END IF;

  -- At cutover they move beside the live table: their names must be free there.
  SELECT string_agg(c.relname, ', ') INTO v_taken FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid
  WHERE h.inhparent = t.partitioned AND to_regclass(format('%I.%I', t.schema_name, c.relname)) IS NOT NULL;
  IF v_taken IS NOT NULL THEN
    RAISE EXCEPTION 'prisma-partition: schema % already has relations with the names of partitions: %', t.schema_name, v_taken
      USING ERRCODE = 'duplicate_table', HINT = 'Rename or drop them first. Nothing was changed.';
  END IF;
END
$fn$;
