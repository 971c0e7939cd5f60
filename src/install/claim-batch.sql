-- Claims the next open task of a step for this transaction; null if none is free. The claim is a row lock: it ends with
-- the transaction, so a worker that dies leaves its task open.
CREATE OR REPLACE FUNCTION prisma_partition.claim_batch(p_table integer, p_step text)
RETURNS prisma_partition.batches LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT b FROM prisma_partition.batches b
  WHERE b.table_id = p_table AND b.step = p_step AND b.finished_at IS NULL
  ORDER BY b.batch LIMIT 1 FOR UPDATE SKIP LOCKED
$fn$;
