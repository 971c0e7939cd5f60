-- Moves rows that ended in the default partition into partitions of their own, as far as they have a place on the axis
-- and lie before the end of what is premade (a partition for the year 9999 would make pg_partman believe that it is far
-- ahead), or, where p_from and p_to are given, from p_from on, inclusive, and before p_to. Rows that have expired stay as well, where expired rows are kept: their partition would be detached at once,
-- and beside it lies already the one of that name that was detached before. Locks the default partition ACCESS EXCLUSIVE.
DROP FUNCTION IF EXISTS prisma_partition.empty_default(prisma_partition.tables);
CREATE OR REPLACE FUNCTION prisma_partition.empty_default(t prisma_partition.tables, p_from text DEFAULT NULL, p_to text DEFAULT NULL)
RETURNS bigint LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET row_security = off AS $fn$
DECLARE
  v_default oid := (SELECT partdefid FROM pg_partitioned_table WHERE partrelid = t.partitioned);
  v_limit text := CASE t.on_expire WHEN 'detach' THEN prisma_partition.retention_limit(t) END;
  v_end text; v_value text; v_passed text := 'true'; v_point text; v_lower text; v_upper text; v_moved bigint := 0; v_rows bigint; v_cut text;
  v_references text[]; v_statement text;
BEGIN
  IF v_default IS NULL OR v_default = 0 THEN RETURN 0; END IF;
  v_end := coalesce(p_to, prisma_partition.premake_end(t));
  WHILE NOT prisma_partition.axis_has_bound(t, v_end) LOOP
    v_end := prisma_partition.axis_step(t.key_kind, t.partition_interval, v_end, -1);
  END LOOP;
  v_end := prisma_partition.axis_to_bound(t.key_kind, v_end);
  IF p_from IS NOT NULL AND prisma_partition.axis_has_bound(t, p_from) THEN
    v_passed := format('d.%I >= %L', t.key_column, prisma_partition.axis_to_bound(t.key_kind, p_from));
  END IF;
  LOOP
    -- The smallest key that is left: its bucket is emptied next, or it has no place on the axis and is passed over.
    EXECUTE format('SELECT d.%1$I::text FROM %2$s d WHERE d.%1$I < %3$L AND %4$s ORDER BY d.%1$I LIMIT 1',
      t.key_column, v_default::regclass, v_end, v_passed) INTO v_value;
    EXIT WHEN v_value IS NULL;
    v_passed := format('d.%I > %L', t.key_column, v_value);
    v_point := prisma_partition.axis_from_bound(t.key_kind, v_value);
    CONTINUE WHEN v_point IS NULL;
    v_lower := prisma_partition.axis_bucket(t.key_kind, t.partition_interval, v_point);
    v_upper := prisma_partition.axis_step(t.key_kind, t.partition_interval, v_lower, 1);
    CONTINUE WHEN NOT prisma_partition.axis_has_bound(t, v_lower);
    IF prisma_partition.axis_compare(t.key_kind, v_upper, v_limit) <= 0 AND v_limit IS NOT NULL THEN
      v_passed := format('d.%I >= %L', t.key_column, prisma_partition.axis_to_bound(t.key_kind, v_upper));
      CONTINUE;
    END IF;
    -- Keep clear of neighbours that were cut differently.
    SELECT p.upper INTO v_cut FROM prisma_partition.list_partitions(t.id) p
    WHERE NOT p.is_default AND prisma_partition.axis_compare(t.key_kind, p.upper, v_point) <= 0
      AND prisma_partition.axis_compare(t.key_kind, p.upper, v_lower) > 0 LIMIT 1;
    v_lower := coalesce(v_cut, v_lower);
    SELECT p.lower INTO v_cut FROM prisma_partition.list_partitions(t.id) p
    WHERE NOT p.is_default AND prisma_partition.axis_compare(t.key_kind, p.lower, v_point) > 0
      AND prisma_partition.axis_compare(t.key_kind, p.lower, v_upper) < 0 LIMIT 1;
    v_upper := coalesce(v_cut, v_upper);

    v_references := coalesce(v_references, prisma_partition.release_references(t));
    -- None is moved where a key does not sort as what it stands for (a ULID in small letters): it is passed over.
    v_rows := prisma_partition.move_default_rows(t, v_lower, v_upper);
    v_moved := v_moved + v_rows;
  END LOOP;
  FOREACH v_statement IN ARRAY coalesce(v_references, '{}') LOOP EXECUTE v_statement; END LOOP;
  IF t.stage <> 'setup' AND v_references <> '{}' THEN
    UPDATE prisma_partition.tables SET step = 'validate' WHERE id = t.id;
  END IF;
  RETURN v_moved;
END
$fn$;
