-- How far every table is, one row each. `rows_per_second` looks back one minute; what was appended to the log and replayed
-- from it, five: with pg_cron alone it is drained once a minute.
DROP VIEW IF EXISTS prisma_partition.progress;
CREATE VIEW prisma_partition.progress AS
SELECT t.id AS table_id, t.model, t.schema_name, t.table_name, t.stage, t.step,
  coalesce(b.loaded, 0)::bigint AS rows_done, t.rows_estimated, coalesce(b.done, 0) AS batches_done, coalesce(b.total, 0) AS batches_total,
  prisma_partition.log_entries(t.id) AS log_entries,
  (b.recent / nullif(least(60, extract(epoch FROM clock_timestamp() - b.recent_since)), 0))::double precision AS rows_per_second,
  b.last_batch_at, t.last_error, t.last_error_at,
  EXISTS (SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.classid IN (1347440720, 1347440721) AND l.objid = t.id AND l.objsubid = 2
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS runner_alive,
  (greatest(d.appended, 0) / d.seconds)::double precision AS log_appended_per_second,
  (d.replayed / d.seconds)::double precision AS log_replayed_per_second,
  t.stage = 'setup' AND t.step = 'drain' AS ready,
  (SELECT count(*)::integer FROM pg_inherits h WHERE h.inhparent = t.partitioned) AS partitions,
  prisma_partition.default_rows(t.partitioned) AS default_rows, t.swapped_at, t.swap_lock_ms
FROM prisma_partition.tables t
LEFT JOIN LATERAL (
  SELECT sum(x.rows) FILTER (WHERE x.step = 'load') AS loaded,
    count(*) FILTER (WHERE x.step = t.step AND x.finished_at IS NOT NULL) AS done,
    count(*) FILTER (WHERE x.step = t.step) AS total,
    sum(x.rows) FILTER (WHERE x.finished_at > clock_timestamp() - interval '1 minute' AND x.step = t.step) AS recent,
    min(x.started_at) FILTER (WHERE x.finished_at > clock_timestamp() - interval '1 minute' AND x.step = t.step) AS recent_since,
    max(x.finished_at) AS last_batch_at
  FROM prisma_partition.batches x WHERE x.table_id = t.id
) b ON true
LEFT JOIN LATERAL ( -- from the end of the first drain of these five minutes to the end of the last one
  SELECT sum(w.rows) FILTER (WHERE w.ordinal > 1) AS replayed, max(w.log_appended) - min(w.log_appended) FILTER (WHERE w.ordinal = 1) AS appended,
    nullif(extract(epoch FROM max(w.finished_at) - min(w.finished_at)), 0) AS seconds
  FROM (SELECT x.*, row_number() OVER (ORDER BY x.finished_at, x.batch) AS ordinal FROM prisma_partition.batches x
    WHERE x.table_id = t.id AND x.step = 'drain' AND x.finished_at > clock_timestamp() - interval '5 minutes') w
) d ON true;
GRANT SELECT ON prisma_partition.progress TO pg_monitor;
