-- Makes sure that every key from p_from, inclusive, up to p_to, exclusive, points of the axis, has a partition: before rows
-- of another time are imported, say. Rows of the default partition that belong there are moved. Returns how many partitions
-- were created; null where the table is being worked on, and it is to be asked again. Locks as maintain does.
CREATE OR REPLACE FUNCTION prisma_partition.ensure_partitions(p_schema text, p_table text, p_from text, p_to text)
RETURNS integer LANGUAGE plpgsql AS $fn$
DECLARE
  v_search_path text := current_setting('search_path');
  t prisma_partition.tables := prisma_partition.find_table(p_schema, p_table);
  v_from text := prisma_partition.axis_bucket(t.key_kind, t.partition_interval, p_from);
  v_count integer := 0; v_to text := v_from; v_created integer;
BEGIN
  IF prisma_partition.axis_compare(t.key_kind, p_from, p_to) >= 0 THEN
    RAISE EXCEPTION 'prisma-partition: partitions from % to % are none: the end is not after the beginning', p_from, p_to
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  WHILE prisma_partition.axis_compare(t.key_kind, v_to, p_to) < 0 LOOP
    v_to := prisma_partition.axis_step(t.key_kind, t.partition_interval, v_to, 1);
    v_count := v_count + 1;
    IF v_count > 5000 THEN
      RAISE EXCEPTION 'prisma-partition: partitions of % from % to % would be more than 5000', t.partition_interval, p_from, p_to
        USING ERRCODE = 'invalid_parameter_value', HINT = 'Ask for less.';
    END IF;
  END LOOP;
  v_created := prisma_partition.perform_maintenance(p_schema, p_table, v_from, v_to);
  PERFORM prisma_partition.restore_search_path(v_search_path); -- see run_step
  RETURN v_created;
END
$fn$;
