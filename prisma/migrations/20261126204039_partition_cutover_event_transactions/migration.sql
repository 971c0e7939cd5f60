-- prisma-partition {"format":1,"transition":"cutover","model":"EventTransaction","schema":"billing","table":"event_transactions","spec":{"key":"timestamp","kind":"timestamptz","interval":"1 month","premake":12,"stage":"cutover","batchSize":10000,"retention":null,"onExpire":"detach","keepOld":null,"weakenUnique":[],"schedule":{"backfill":"* * * * *","maintenance":"0 0 * * *"},"start":null,"identity":["id","timestamp"],"uniques":[{"kind":"id","name":"event_transactions_pkey","columns":["id","timestamp"]},{"kind":"unique","name":"event_transactions_idempotency_key_timestamp_key","columns":["idempotency_key","timestamp"]}],"maintenance":"auto","scheduler":"auto","cronNodename":null}}
--
-- prisma-partition: puts the partitioned copy of billing.event_transactions in its place.
--
-- What it does   Verifies that the copy is the table's equal, replays what is still on the change log, and exchanges the
--                two. The old table is kept (schema <schema>_old) and follows the new one, for the way back.
-- Locks          ACCESS EXCLUSIVE on both tables, and on those that foreign keys connect with them, for the last steps:
--                some 10 ms with 100 partitions. Each attempt waits at most 50 ms for it and lets go again, so that is
--                the longest a writer stalls for a failed one.
-- If it fails    Nothing has changed: it is one statement, so one transaction. Mend the cause, then
--                npx prisma migrate resolve --rolled-back 20261126204039_partition_cutover_event_transactions && npx prisma migrate deploy
DO $prisma_partition$
DECLARE
  search_path_before text := current_setting('search_path');
  t integer := (prisma_partition.find_table('billing', 'event_transactions')).id;
BEGIN
  -- The backfill must be complete. A small or empty table (a fresh database, CI) goes all the way here.
  PERFORM prisma_partition.finish_backfill(t);

  -- The names and columns that the model now states, so that Prisma sees no drift.
  PERFORM prisma_partition.expect_uniques(t, $json$[
      {"kind":"id","name":"event_transactions_pkey","columns":["id","timestamp"]},
      {"kind":"unique","name":"event_transactions_idempotency_key_timestamp_key","columns":["idempotency_key","timestamp"]}
    ]$json$::jsonb);

  -- Owner, grants, policies, triggers: what a copy does not get by itself. Then nothing may be missing …
  PERFORM prisma_partition.carry_properties(t);
  PERFORM prisma_partition.check_parity(t);

  -- … and no row may differ: per partition, counts and hashes of both sides in one snapshot. No lock.
  PERFORM prisma_partition.check_rows(t);

  -- A snapshot older than the copy would find it empty: wait those transactions out.
  PERFORM prisma_partition.wait_for_snapshots(t);

  -- The partitions go where their parent will be; nobody uses them yet.
  PERFORM prisma_partition.move_partitions(t);

  -- The jobs go on: maintenance for the partitions, and the log will run from the new table to the old one.
  PERFORM prisma_partition.schedule_jobs(t);

  -- Lock, replay the rest of the log, exchange. Milliseconds.
  PERFORM prisma_partition.swap(t);

  -- pg_partman may have left its own.
  PERFORM prisma_partition.restore_search_path(search_path_before);
END
$prisma_partition$;
