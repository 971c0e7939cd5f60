-- After a swap. The partitions of a table that was rolled back go back beside their parent, which nobody uses now. Then,
-- for a large table: validates, one at a time, the foreign keys that the swap left NOT VALID (SHARE UPDATE
-- EXCLUSIVE on the table, ROW SHARE on the referenced one: nobody is blocked), then adds each to the parent, which adopts
-- those of the partitions without reading a row (SHARE ROW EXCLUSIVE on both, for milliseconds).
CREATE OR REPLACE FUNCTION prisma_partition.step_validate(t prisma_partition.tables, OUT rows bigint, OUT state text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_next text[] := prisma_partition.unvalidated(t); v_started timestamptz := clock_timestamp(); v_definition text; v_comment text; v_valid boolean; v_leaf regclass;
BEGIN
  rows := 0; state := 'worked';
  PERFORM prisma_partition.put_partitions(t.partitioned, prisma_partition.schema_of(t.partitioned));
  IF v_next IS NULL THEN
    UPDATE prisma_partition.tables SET step = 'drain' WHERE id = t.id;
    RETURN;
  END IF;
  SELECT c.convalidated, pg_get_constraintdef(c.oid), obj_description(c.oid, 'pg_constraint') INTO v_valid, v_definition, v_comment
  FROM pg_constraint c WHERE c.conrelid = v_next[1]::regclass AND c.conname = v_next[2];
  IF NOT v_valid THEN
    EXECUTE format('ALTER TABLE %s VALIDATE CONSTRAINT %I', v_next[1], v_next[2]);
  ELSE
    -- Partitions made since the swap lack it still; they are new and mostly empty.
    FOR v_leaf IN SELECT h.inhrelid FROM pg_inherits h WHERE h.inhparent = t.partitioned AND NOT EXISTS (
      SELECT FROM pg_constraint c WHERE c.conrelid = h.inhrelid AND c.conname = v_next[2] AND c.contype = 'f')
    LOOP
      EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s', v_leaf, v_next[2], v_definition);
    END LOOP;
    EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s', t.partitioned::regclass, v_next[2], v_definition);
    IF v_comment IS NOT NULL THEN EXECUTE format('COMMENT ON CONSTRAINT %I ON %s IS %L', v_next[2], t.partitioned::regclass, v_comment); END IF;
  END IF;
  INSERT INTO prisma_partition.batches (table_id, step, partition, rows, started_at, finished_at, pid)
  VALUES (t.id, 'validate', v_next[1], 0, v_started, clock_timestamp(), pg_backend_pid());
END
$fn$;
