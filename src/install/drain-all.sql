-- Drains until the log is empty or p_batches batches are done; returns the entries replayed. A batch that collides is
-- put back by its sub-block and taken again together with everything else on the log, old rows first out of the way.
CREATE OR REPLACE FUNCTION prisma_partition.drain_all(p_table integer, p_batches integer)
RETURNS bigint LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables; v_function text; v_call text; v_taken bigint; v_total bigint := 0; v_done integer := 0; v_collisions integer := 0;
  v_replace boolean := false;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  v_function := format('prisma_partition.%I', 'drain_' || t.id || CASE t.stage WHEN 'setup' THEN '_forward' ELSE '_reverse' END);
  -- Columns were changed, on both sides (assert_same_columns has seen to that), since it was written.
  IF obj_description(to_regprocedure(v_function || '(bigint, boolean)'), 'pg_proc') IS DISTINCT FROM
     prisma_partition.column_list(CASE t.stage WHEN 'setup' THEN t.plain ELSE t.partitioned END) THEN
    PERFORM prisma_partition.create_drain(t, CASE t.stage WHEN 'setup' THEN 'forward' ELSE 'reverse' END,
      CASE t.stage WHEN 'setup' THEN t.plain ELSE t.partitioned END, CASE t.stage WHEN 'setup' THEN t.partitioned ELSE t.plain END,
      prisma_partition.pair_columns(t));
  END IF;
  v_call := format('SELECT %s($1, $2)', v_function);
  WHILE v_done < p_batches LOOP
    BEGIN
      EXECUTE v_call INTO v_taken USING CASE WHEN NOT v_replace THEN t.batch_size::bigint END, v_replace;
      v_replace := false;
      v_done := v_done + 1;
      v_total := v_total + v_taken;
      EXIT WHEN v_taken = 0;
    EXCEPTION
    WHEN cardinality_violation THEN -- ON CONFLICT would update one row twice
      RAISE EXCEPTION 'prisma-partition: rows of %.% share (%) under different keys; the old table cannot hold both',
        t.schema_name, t.table_name, array_to_string(t.identity_columns, ', ')
        USING ERRCODE = 'cardinality_violation',
          HINT = 'Since cutover only the identity together with the partition key is unique. Delete or renumber one of them; until then the old table does not follow.';
    WHEN unique_violation THEN
      -- Without concurrent writers taking everything cannot collide; with them a value may have moved on meanwhile.
      v_collisions := v_collisions + 1;
      IF v_collisions > 20 THEN RAISE; END IF;
      v_replace := true;
    END;
  END LOOP;
  RETURN v_total;
END
$fn$;
