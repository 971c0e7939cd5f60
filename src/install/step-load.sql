-- Loads one block range of the plain table into the shadow, without locking a row.
--
-- Why every row arrives. A row version that stood in its block when capture began and was not touched since is seen by
-- exactly one batch, the one of its block. Any other version was written or removed after capture began, so its
-- (identity, key) pair is on the log: settling deletes whatever of it was loaded, and draining brings the row as it is.
-- Blocks move only under VACUUM FULL, CLUSTER or a rewriting ALTER TABLE (and TRUNCATE), which give the table a new file:
-- the load starts over then. They cannot run while a batch does, for the batch holds ACCESS SHARE.
CREATE OR REPLACE FUNCTION prisma_partition.step_load(t prisma_partition.tables, OUT rows bigint, OUT state text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  b prisma_partition.batches; v_started timestamptz := clock_timestamp();
BEGIN
  rows := 0; state := 'waiting';
  EXECUTE format('LOCK TABLE ONLY %s IN ACCESS SHARE MODE', t.plain::regclass);
  IF pg_relation_filenode(t.plain) <> t.loaded_filenode THEN
    IF pg_try_advisory_xact_lock(1347440720, t.id) THEN
      EXECUTE format('TRUNCATE %s', t.partitioned::regclass);
      PERFORM prisma_partition.cut_batches(t.id);
      state := 'worked';
    END IF;
    RETURN;
  END IF;

  b := prisma_partition.claim_batch(t.id, 'load');
  IF b.batch IS NULL THEN
    -- Open tasks that cannot be claimed are in flight elsewhere.
    IF NOT EXISTS (SELECT FROM prisma_partition.batches x WHERE x.table_id = t.id AND x.step = 'load' AND x.finished_at IS NULL) THEN
      UPDATE prisma_partition.tables SET step = 'settle' WHERE id = t.id AND step = 'load';
      state := 'worked';
    END IF;
    RETURN;
  END IF;
  EXECUTE format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM ONLY %s AS s WHERE s.ctid >= $1 AND s.ctid < $2',
    t.partitioned::regclass, prisma_partition.column_list(t.plain), prisma_partition.column_list(t.plain, 's.%I'), t.plain::regclass)
  USING format('(%s,0)', b.from_block)::tid, format('(%s,0)', b.to_block)::tid;
  GET DIAGNOSTICS rows = ROW_COUNT;
  PERFORM prisma_partition.finish_batch(b, rows, v_started);
  state := 'worked';
END
$fn$;
