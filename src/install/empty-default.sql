-- Moves rows that ended in the default partition into partitions of their own, as far as they have a place on the axis
-- and lie before the end of what is premade. (Rows further ahead stay: a partition for the year 9999 would make
-- pg_partman believe that it is far ahead.) Their rows leave the default partition, the new partition is attached, and
-- they come back through the parent, all in the caller's transaction. Locks the default partition ACCESS EXCLUSIVE.
CREATE OR REPLACE FUNCTION prisma_partition.empty_default(t prisma_partition.tables)
RETURNS bigint LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
DECLARE
  v_default oid := (SELECT partdefid FROM pg_partitioned_table WHERE partrelid = t.partitioned);
  v_columns text := prisma_partition.column_list(t.partitioned);
  v_end text; v_value text; v_passed text := 'true'; v_point text; v_lower text; v_upper text; v_moved bigint := 0; v_rows bigint; v_cut text;
  v_draining text := current_setting('prisma_partition.draining', true);
BEGIN
  IF v_default IS NULL THEN RETURN 0; END IF;
  v_end := prisma_partition.axis_to_bound(t.key_kind, prisma_partition.premake_end(t));
  LOOP
    -- The smallest key that is left: its bucket is emptied next, or it has no place on the axis and is passed over.
    EXECUTE format('SELECT d.%1$I::text FROM %2$s d WHERE d.%1$I < %3$L AND %4$s ORDER BY d.%1$I LIMIT 1',
      t.key_column, v_default::regclass, v_end, v_passed) INTO v_value;
    EXIT WHEN v_value IS NULL;
    v_point := prisma_partition.axis_from_bound(t.key_kind, v_value);
    IF v_point IS NULL THEN
      v_passed := format('d.%I > %L', t.key_column, v_value);
      CONTINUE;
    END IF;
    v_lower := prisma_partition.axis_bucket(t.key_kind, t.partition_interval, v_point);
    v_upper := prisma_partition.axis_step(t.key_kind, t.partition_interval, v_lower, 1);
    -- Keep clear of neighbours that were cut differently.
    SELECT p.upper INTO v_cut FROM prisma_partition.list_partitions(t.id) p
    WHERE NOT p.is_default AND prisma_partition.axis_compare(t.key_kind, p.upper, v_point) <= 0
      AND prisma_partition.axis_compare(t.key_kind, p.upper, v_lower) > 0 LIMIT 1;
    v_lower := coalesce(v_cut, v_lower);
    SELECT p.lower INTO v_cut FROM prisma_partition.list_partitions(t.id) p
    WHERE NOT p.is_default AND prisma_partition.axis_compare(t.key_kind, p.lower, v_point) > 0
      AND prisma_partition.axis_compare(t.key_kind, p.lower, v_upper) < 0 LIMIT 1;
    v_upper := coalesce(v_cut, v_upper);

    PERFORM set_config('prisma_partition.draining', 'on', true); -- moving a row between partitions is no change of it
    EXECUTE format('CREATE TEMP TABLE prisma_partition_moved ON COMMIT DROP AS SELECT %s FROM %s WITH NO DATA', v_columns, v_default::regclass);
    EXECUTE format('WITH gone AS (DELETE FROM %1$s WHERE %2$I >= %3$L AND %2$I < %4$L RETURNING %5$s) INSERT INTO pg_temp.prisma_partition_moved SELECT * FROM gone',
      v_default::regclass, t.key_column, prisma_partition.axis_to_bound(t.key_kind, v_lower),
      prisma_partition.axis_to_bound(t.key_kind, v_upper), v_columns);
    PERFORM prisma_partition.create_partition(t, v_lower, v_upper);
    EXECUTE format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT * FROM pg_temp.prisma_partition_moved', t.partitioned::regclass, v_columns);
    GET DIAGNOSTICS v_rows = ROW_COUNT;
    DROP TABLE pg_temp.prisma_partition_moved;
    PERFORM set_config('prisma_partition.draining', coalesce(v_draining, ''), true);
    v_moved := v_moved + v_rows;
    IF v_rows = 0 THEN
      RAISE EXCEPTION 'prisma-partition: key % of % does not fall into its own partition [%, %)', v_value, v_default::regclass, v_lower, v_upper;
    END IF;
  END LOOP;
  RETURN v_moved;
END
$fn$;
