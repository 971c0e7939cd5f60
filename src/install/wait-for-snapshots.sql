-- Waits until no transaction is left whose snapshot is older than now: such a one would find the new table as it was
-- then, perhaps empty. Like CREATE INDEX CONCURRENTLY it looks once who is there, and waits for those only. What committed
-- to the copy did so before now; what this transaction still replays is covered by guard_snapshots.
-- Not waited for: vacuum, and autovacuum's ANALYZE (a process without a user), which may hold a snapshot for hours and read
-- no rows by the table's name.
-- Virtual transaction ids and xmin, unlike the rest of pg_stat_activity, are shown to every role. An xmin that has moved
-- on means a new snapshot: under READ COMMITTED a long transaction holds nobody up.
-- Waits at most prisma_partition.snapshot_timeout (60s unless set), without a lock on the table.
CREATE OR REPLACE FUNCTION prisma_partition.wait_for_snapshots(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_until timestamptz := clock_timestamp() + coalesce(nullif(current_setting('prisma_partition.snapshot_timeout', true), ''), '60s')::interval;
  v_old text[]; v_left text;
BEGIN
  -- The guard relies on every snapshot from now on knowing of this transaction. It does once a later transaction id has
  -- come to its end: that of a subtransaction which is given one, and undone.
  PERFORM pg_current_xact_id();
  BEGIN
    UPDATE prisma_partition.tables SET model = model WHERE id = p_table;
    RAISE EXCEPTION USING ERRCODE = 'triggered_action_exception';
  EXCEPTION WHEN triggered_action_exception THEN NULL;
  END;
  LOOP
    PERFORM pg_stat_clear_snapshot();
    SELECT coalesce(array_agg(x.snapshot), '{}'), string_agg(x.description, E'\n') INTO v_old, v_left
    FROM (
      SELECT format('%s %s', l.virtualtransaction, a.backend_xmin) AS snapshot,
        format('pid %s of %s (%s, since %s): %s', a.pid, a.usesysid::regrole, a.state, a.xact_start, left(a.query, 80)) AS description
      FROM pg_locks l JOIN pg_stat_get_activity(NULL) a ON a.pid = l.pid
      WHERE l.locktype = 'virtualxid' AND l.virtualxid = l.virtualtransaction AND l.granted
        AND a.datid = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND a.pid <> pg_backend_pid() AND a.backend_xmin IS NOT NULL
        AND a.pid NOT IN (SELECT pid FROM pg_stat_progress_vacuum) AND a.usesysid IS NOT NULL
    ) x
    WHERE v_old IS NULL OR x.snapshot = ANY (v_old);
    EXIT WHEN v_left IS NULL;
    IF clock_timestamp() > v_until THEN
      RAISE EXCEPTION 'prisma-partition: transactions with a snapshot older than the copy are still open'
        USING ERRCODE = 'lock_not_available', DETAIL = v_left,
          HINT = 'Nothing was changed. End them, or deploy again when they have ended: npx prisma migrate resolve --rolled-back <this migration> && npx prisma migrate deploy';
    END IF;
    PERFORM pg_sleep(0.02);
  END LOOP;
END
$fn$;
