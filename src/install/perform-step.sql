-- One unit of work: see run_step. Where row security would hide rows from the runner it is an error, not a smaller copy.
CREATE OR REPLACE FUNCTION prisma_partition.perform_step(p_table integer)
RETURNS TABLE (step text, rows bigint, state text) LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET row_security = off AS $fn$
DECLARE
  t prisma_partition.tables; v_shared boolean; v_free boolean; v_started timestamptz := clock_timestamp();
BEGIN
  PERFORM prisma_partition.assert_read_committed();
  SELECT * INTO t FROM prisma_partition.tables x WHERE x.id = p_table;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'prisma-partition: there is no table number %', p_table USING ERRCODE = 'undefined_object';
  END IF;
  step := t.step; rows := 0; state := 'waiting';

  v_shared := t.step IN ('load', 'index');
  IF v_shared THEN v_free := pg_try_advisory_xact_lock_shared(1347440720, t.id);
  ELSE v_free := pg_try_advisory_xact_lock(1347440720, t.id);
  END IF;
  IF NOT v_free THEN RETURN NEXT; RETURN; END IF;
  -- Only now is the step certain: a cutover may have passed while we waited.
  IF t.step IS DISTINCT FROM (SELECT x.step FROM prisma_partition.tables x WHERE x.id = p_table) THEN RETURN NEXT; RETURN; END IF;
  SELECT * INTO STRICT t FROM prisma_partition.tables x WHERE x.id = p_table;
  IF t.stage = 'cleanup' AND t.step <> 'validate' THEN -- the old table is gone: nothing is left to follow
    state := 'idle';
    RETURN NEXT;
    RETURN;
  END IF;
  IF t.stage <> 'cleanup' THEN
    PERFORM prisma_partition.assert_intact(t);
    PERFORM prisma_partition.assert_same_columns(t);
  END IF;

  CASE t.step
    WHEN 'load' THEN SELECT * INTO rows, state FROM prisma_partition.step_load(t);
    WHEN 'settle' THEN SELECT * INTO rows, state FROM prisma_partition.step_settle(t);
    WHEN 'index' THEN SELECT * INTO rows, state FROM prisma_partition.step_index(t);
    WHEN 'drain' THEN SELECT * INTO rows, state FROM prisma_partition.step_drain(t);
    WHEN 'validate' THEN SELECT * INTO rows, state FROM prisma_partition.step_validate(t);
  END CASE;
  IF state <> 'waiting' THEN -- what this unit itself has noted stays
    UPDATE prisma_partition.tables x SET last_error = NULL, last_error_at = NULL WHERE x.id = t.id AND x.last_error_at < v_started;
  END IF;
  RETURN NEXT;
END
$fn$;
