-- Records a task as done, in the transaction that did it.
CREATE OR REPLACE FUNCTION prisma_partition.finish_batch(b prisma_partition.batches, p_rows bigint, p_started timestamptz)
RETURNS void LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $fn$
  UPDATE prisma_partition.batches SET rows = p_rows, started_at = p_started, finished_at = clock_timestamp(), pid = pg_backend_pid()
  WHERE table_id = b.table_id AND batch = b.batch
$fn$;
