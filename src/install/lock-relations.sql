-- Locks the relations in the order given, without ever making writers queue behind us for long: each attempt waits at
-- most prisma_partition.lock_timeout (50ms unless set), then lets go of everything and sleeps before the next one.
--
-- A vacuum gives way only to somebody who has waited for deadlock_timeout, which these attempts never do, and one of
-- autovacuum may go on for hours. So the relations are first locked in vacuum's own mode, SHARE UPDATE EXCLUSIVE, waited
-- for up to prisma_partition.vacuum_timeout (60s unless set): that makes no reader or writer wait, ends an autovacuum
-- after a second and keeps the next one out.
--
-- Only the LOCK stands in the sub-block, so nothing else is undone by a failed attempt. Gives up after
-- prisma_partition.lock_attempts (200 unless set) and names who was in the way. With p_drain, that table's log is drained
-- before every attempt, so that little is left to replay once the lock is held. The time of the request that succeeded is
-- left in prisma_partition.lock_requested.
CREATE OR REPLACE FUNCTION prisma_partition.lock_relations(p_relations oid[], p_mode text, p_drain integer DEFAULT NULL)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_timeout text := coalesce(nullif(current_setting('prisma_partition.lock_timeout', true), ''), '50ms');
  v_attempts integer := coalesce(nullif(current_setting('prisma_partition.lock_attempts', true), ''), '200');
  v_before text := current_setting('lock_timeout');
  v_relation oid; v_blockers text; v_requested timestamptz; v_vacuumed boolean := false;
  v_vacuum_timeout text := coalesce(nullif(current_setting('prisma_partition.vacuum_timeout', true), ''), '60s');
BEGIN
  p_relations := ARRAY(SELECT u.oid FROM unnest(p_relations) WITH ORDINALITY u(oid, n) JOIN pg_class c USING (oid) ORDER BY u.n); -- those left
  PERFORM set_config('lock_timeout', v_vacuum_timeout, true);
  BEGIN
    FOREACH v_relation IN ARRAY p_relations LOOP
      PERFORM prisma_partition.lock_relation(v_relation, 'SHARE UPDATE EXCLUSIVE');
    END LOOP;
  EXCEPTION WHEN lock_not_available THEN
    v_vacuumed := true;
    v_timeout := v_vacuum_timeout;
    v_attempts := 1;
  END;
  PERFORM set_config('lock_timeout', v_before, true);
  FOR v_attempt IN 1..v_attempts LOOP
    EXIT WHEN v_vacuumed;
    IF p_drain IS NOT NULL THEN
      PERFORM prisma_partition.drain_all(p_drain);
    END IF;
    PERFORM set_config('lock_timeout', v_timeout, true);
    v_requested := clock_timestamp();
    BEGIN
      FOREACH v_relation IN ARRAY p_relations LOOP
        PERFORM prisma_partition.lock_relation(v_relation, p_mode);
      END LOOP;
      PERFORM set_config('lock_timeout', v_before, true);
      PERFORM set_config('prisma_partition.lock_requested', v_requested::text, true);
      RETURN;
    EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
      NULL;
    END;
    PERFORM set_config('lock_timeout', v_before, true);
    PERFORM pg_sleep(0.05 + random() * 0.1);
  END LOOP;
  SELECT string_agg(format('pid %s (%s, since %s): %s', a.pid, a.state, a.xact_start, left(a.query, 80)), E'\n')
  INTO v_blockers
  FROM pg_stat_activity a
  WHERE a.pid <> pg_backend_pid()
    AND a.pid IN (SELECT l.pid FROM pg_locks l WHERE l.relation = ANY (p_relations) AND l.granted);
  RAISE EXCEPTION 'prisma-partition: no lock on % could be had in % attempts of % each', p_relations[1]::regclass, v_attempts, v_timeout
    USING ERRCODE = 'lock_not_available',
      DETAIL = coalesce(v_blockers, 'Nobody holds a lock now.'),
      HINT = 'Nothing was changed. End or wait out the transactions named, then: npx prisma migrate resolve --rolled-back <this migration> && npx prisma migrate deploy';
END
$fn$;
