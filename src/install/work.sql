-- What pg_cron calls every minute: units of work, each committed, for at most p_seconds; then the next minute goes on.
-- Two of them never work on one table: the second finds the session lock taken and returns. A unit that fails is rolled
-- back and its error recorded where `prisma-partition status` shows it.
CREATE OR REPLACE PROCEDURE prisma_partition.work(p_schema text, p_table text, p_seconds double precision DEFAULT 50)
LANGUAGE plpgsql AS $fn$
DECLARE
  v_id integer := (prisma_partition.find_table(p_schema, p_table)).id;
  v_until timestamptz := clock_timestamp() + make_interval(secs => p_seconds);
  v_state text := 'worked'; v_error text;
BEGIN
  IF NOT pg_try_advisory_lock(1347440721, v_id) THEN RETURN; END IF;
  WHILE clock_timestamp() < v_until AND v_state <> 'idle' LOOP
    BEGIN
      SELECT s.state INTO v_state FROM prisma_partition.run_step(v_id) s;
    EXCEPTION
    WHEN query_canceled THEN -- which OTHERS leaves out
      v_error := format('%s (SQLSTATE %s). A statement_timeout counts for all of the call: ALTER ROLE %I IN DATABASE %I SET statement_timeout = 0',
        SQLERRM, SQLSTATE, current_user, current_database());
    WHEN OTHERS THEN
      v_error := format('%s (SQLSTATE %s)', SQLERRM, SQLSTATE);
    END;
    IF v_error IS NOT NULL THEN
      PERFORM prisma_partition.record_error(v_id, v_error);
      EXIT;
    END IF;
    COMMIT;
    IF v_state = 'waiting' THEN PERFORM pg_sleep(0.5); END IF;
  END LOOP;
  PERFORM pg_advisory_unlock(1347440721, v_id);
END
$fn$;
