-- Replays one batch of the log to the other table: plain → partitioned before cutover, the other way after it. What was
-- ever appended to the log is noted with it: two such notes tell how fast changes come (see progress).
CREATE OR REPLACE FUNCTION prisma_partition.step_drain(t prisma_partition.tables, OUT rows bigint, OUT state text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_started timestamptz := clock_timestamp();
BEGIN
  rows := prisma_partition.drain_all(t.id, 1);
  IF rows > 0 THEN
    INSERT INTO prisma_partition.batches (table_id, step, rows, started_at, finished_at, pid, log_appended)
    VALUES (t.id, 'drain', rows, v_started, clock_timestamp(), pg_backend_pid(), prisma_partition.log_appended(t.id));
  END IF;
  -- Fewer than a full batch: what comes now can wait for the next call.
  state := CASE WHEN rows >= t.batch_size THEN 'worked' ELSE 'idle' END;
END
$fn$;
