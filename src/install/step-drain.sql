-- Replays one batch of the log to the other table: plain → partitioned before cutover, the other way after it. What was
-- ever appended to the log is noted with it: two such notes tell how fast changes come (see progress).
--
-- A batch is as many entries as were replayed in a second, by what the last one took, and at most batch_size: wide rows or
-- a slow disk make it smaller, so that its transaction, which holds back vacuum everywhere, stays short. A full one of
-- 10,000 narrow rows takes half a second with ten indexes.
CREATE OR REPLACE FUNCTION prisma_partition.step_drain(t prisma_partition.tables, OUT rows bigint, OUT state text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_started timestamptz := clock_timestamp(); v_limit bigint;
BEGIN
  SELECT b.rows / greatest(extract(epoch FROM b.finished_at - b.started_at), 0.001) INTO v_limit
  FROM prisma_partition.batches b WHERE b.table_id = t.id AND b.step = 'drain' ORDER BY b.batch DESC LIMIT 1;
  -- No fewer than 100: a small batch's rate says little, and would make the next one smaller still.
  v_limit := least(t.batch_size, greatest(coalesce(v_limit, t.batch_size), 100));
  rows := prisma_partition.drain_all(t.id, 1, v_limit);
  IF rows > 0 THEN
    INSERT INTO prisma_partition.batches (table_id, step, rows, started_at, finished_at, pid, log_appended)
    VALUES (t.id, 'drain', rows, v_started, clock_timestamp(), pg_backend_pid(), prisma_partition.log_appended(t.id));
  END IF;
  -- Fewer than a full batch: what comes now can wait for the next call.
  state := CASE WHEN rows >= v_limit THEN 'worked' ELSE 'idle' END;
END
$fn$;
