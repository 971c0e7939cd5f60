-- Moves the rows of [p_lower, p_upper), points of the axis, from the default partition into one of their own. They leave
-- the default partition, the new one is attached (it could not be while they stand there), and they go into it. Returns
-- their number; where there is none, nothing is created. The application's triggers do not fire.
--
-- Locks ACCESS EXCLUSIVE, for as long as attempts of 50 ms need to have it: not the default partition alone, but the parent.
-- A statement that waits for a partition has settled which partitions there are and would look for the rows where they
-- were: under READ COMMITTED an UPDATE met none of them. One that waits for the parent settles it afterwards. And all of it
-- before the first row: else a writer that has inserted there and waits for a row that is moved would deadlock with us,
-- and a row inserted meanwhile keep the partition from being attached.
-- A REPEATABLE READ snapshot older than the move sees the rows where they were; a key in WHERE leads it to where they are.
CREATE OR REPLACE FUNCTION prisma_partition.move_default_rows(t prisma_partition.tables, p_lower text, p_upper text)
RETURNS bigint LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET row_security = off AS $fn$
DECLARE
  v_default oid := (SELECT partdefid FROM pg_partitioned_table WHERE partrelid = t.partitioned);
  v_columns text := prisma_partition.column_list(t.partitioned);
  v_draining text := current_setting('prisma_partition.draining', true);
  v_leaf oid; v_rows bigint; v_undo text[]; v_statement text;
BEGIN
  PERFORM prisma_partition.lock_relations(ARRAY[t.partitioned], 'ACCESS EXCLUSIVE'); -- and with it every partition
  PERFORM set_config('prisma_partition.draining', 'on', true); -- moving a row between partitions is no change of it
  EXECUTE format('CREATE TEMP TABLE prisma_partition_moved ON COMMIT DROP AS SELECT %s FROM %s WITH NO DATA', v_columns, v_default::regclass);
  v_undo := prisma_partition.silence_triggers(v_default);
  EXECUTE format('WITH gone AS (DELETE FROM %1$s WHERE %2$I >= %3$L AND %2$I < %4$L RETURNING %5$s) INSERT INTO pg_temp.prisma_partition_moved SELECT * FROM gone',
    v_default::regclass, t.key_column, prisma_partition.axis_to_bound(t.key_kind, p_lower),
    prisma_partition.axis_to_bound(t.key_kind, p_upper), v_columns);
  GET DIAGNOSTICS v_rows = ROW_COUNT;
  IF v_rows > 0 THEN
    PERFORM prisma_partition.create_partition(t, p_lower, p_upper);
    SELECT to_regclass(p.partition) INTO STRICT v_leaf FROM prisma_partition.list_partitions(t.id) p
    WHERE prisma_partition.axis_compare(t.key_kind, p.lower, p_lower) = 0;
    v_undo := v_undo || prisma_partition.silence_triggers(v_leaf);
    EXECUTE format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT * FROM pg_temp.prisma_partition_moved', v_leaf::regclass, v_columns);
    SET CONSTRAINTS ALL IMMEDIATE; -- ALTER TABLE refuses a table with deferred checks pending
  END IF;
  FOREACH v_statement IN ARRAY v_undo LOOP EXECUTE v_statement; END LOOP;
  DROP TABLE pg_temp.prisma_partition_moved;
  PERFORM set_config('prisma_partition.draining', coalesce(v_draining, ''), true);
  RETURN v_rows;
END
$fn$;
