-- Waits until no transaction is left whose snapshot is older than now: such a one would find the new table as it was
-- then, perhaps empty. Like CREATE INDEX CONCURRENTLY it looks once who is there, and waits for those only. What
-- committed to the copy did so before now; what this transaction still replays is covered by guard_snapshots.
-- Waits at most prisma_partition.snapshot_timeout (60s unless set), without a lock on the table.
CREATE OR REPLACE FUNCTION prisma_partition.wait_for_snapshots(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_until timestamptz := clock_timestamp() + coalesce(nullif(current_setting('prisma_partition.snapshot_timeout', true), ''), '60s')::interval;
  v_old jsonb; v_left text;
BEGIN
  -- Where this role may not see other roles' snapshots, every open transaction is waited for.
  SELECT coalesce(jsonb_agg(jsonb_build_array(a.pid, a.backend_start, a.xact_start)), '[]') INTO v_old
  FROM pg_stat_get_activity(NULL) a
  WHERE a.datid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND a.pid <> pg_backend_pid()
    AND (a.backend_xmin IS NOT NULL OR a.query = '<insufficient privilege>');
  LOOP
    PERFORM pg_stat_clear_snapshot();
    SELECT string_agg(format('pid %s (%s, since %s): %s', a.pid, a.state, a.xact_start, left(a.query, 80)), E'\n') INTO v_left
    FROM pg_stat_get_activity(NULL) a
    WHERE a.pid <> pg_backend_pid() AND (a.backend_xmin IS NOT NULL OR a.query = '<insufficient privilege>')
      AND v_old @> jsonb_build_array(jsonb_build_array(a.pid, a.backend_start, a.xact_start));
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
