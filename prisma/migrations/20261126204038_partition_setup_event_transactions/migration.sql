-- prisma-partition {"format":1,"transition":"setup","model":"EventTransaction","schema":"billing","table":"event_transactions","spec":{"key":"timestamp","kind":"timestamptz","interval":"1 month","premake":12,"stage":"setup","batchSize":10000,"retention":null,"onExpire":"detach","keepOld":null,"weakenUnique":[],"schedule":{"backfill":"* * * * *","maintenance":"0 0 * * *"},"start":null,"identity":["id"],"uniques":[{"kind":"id","name":"event_transactions_pkey","columns":["id"]},{"kind":"unique","name":"event_transactions_idempotency_key_key","columns":["idempotency_key"]}],"maintenance":"auto","scheduler":"auto","cronNodename":null}}
--
-- prisma-partition: prepares billing.event_transactions for partitioning by timestamp, every 1 month.
--
-- What it does   Creates an empty partitioned copy in a schema of its own, starts to log which rows are written, and
--                schedules the backfill. Moves no row; your application goes on with the table as it is.
-- Locks          SHARE ROW EXCLUSIVE on billing.event_transactions for milliseconds: waited for at most 50 ms at a time, so
--                writers never queue for longer; reads are not blocked at all.
-- If it fails    Nothing is left behind: it is one statement, so one transaction. Mend the cause, then
--                npx prisma migrate resolve --rolled-back 20261126204038_partition_setup_event_transactions && npx prisma migrate deploy
-- What is next   npx prisma-partition backfill EventTransaction   (pg_cron does it by itself, where it is installed)
DO $prisma_partition$
DECLARE
  search_path_before text := current_setting('search_path');
  t integer;
BEGIN
  -- Record what is wanted; refuse a table that could not be carried over whole.
  t := prisma_partition.register(
    p_schema  => 'billing',
    p_table   => 'event_transactions',
    p_spec    => $json${
      "model": "EventTransaction",
      "schema": "billing",
      "table": "event_transactions",
      "key": "timestamp",
      "kind": "timestamptz",
      "interval": "1 month",
      "premake": 12,
      "stage": "setup",
      "batchSize": 10000,
      "retention": null,
      "onExpire": "detach",
      "keepOld": null,
      "weakenUnique": [],
      "schedule": {"backfill":"* * * * *","maintenance":"0 0 * * *"},
      "start": null,
      "identity": ["id"],
      "uniques": [{"kind":"id","name":"event_transactions_pkey","columns":["id"]},{"kind":"unique","name":"event_transactions_idempotency_key_key","columns":["idempotency_key"]}],
      "maintenance": "auto",
      "scheduler": "auto",
      "cronNodename": null
    }$json$::jsonb,
    p_uniques => $json$[
      {"columns":["id"],"targetName":"event_transactions_pkey","targetColumns":["id","timestamp"]},
      {"columns":["idempotency_key"],"targetName":"event_transactions_idempotency_key_timestamp_key","targetColumns":["idempotency_key","timestamp"]}
    ]$json$::jsonb
  );

  -- The partitioned copy: same columns, no indexes yet (loading first and indexing afterwards is three times as fast).
  PERFORM prisma_partition.create_shadow(t);

  -- Partitions from the oldest row on, 12 ahead, and a default one.
  PERFORM prisma_partition.create_partitions(t, NULL);

  -- From here on every write is logged, in the writer's own transaction.
  PERFORM prisma_partition.create_capture(t);

  -- The backfill and the maintenance, where pg_cron can run them.
  PERFORM prisma_partition.schedule_jobs(t);

  -- pg_partman may have left its own.
  PERFORM prisma_partition.restore_search_path(search_path_before);
END
$prisma_partition$;
