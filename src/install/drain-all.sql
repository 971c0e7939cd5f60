-- Replays p_batches batches of the log, of p_limit entries (batch_size unless given), or, without that number, round after round until hardly anything is left; returns
-- the entries replayed. Where nobody writes (the swap holds the lock), the log is empty afterwards, but for rows that the
-- target cannot hold.
--
-- A round takes up to 20,000 entries however small the batches of the runner are: it is one transaction anyway, and small
-- ones did not keep up with eight saturating clients. What was written during a round is the next one's, so rounds shrink
-- by the ratio of writing to replaying, down to what is written while nothing but the overhead of one is paid. There, below
-- 1000 entries (some 50 ms), it ends: what is left is what the lock has to wait for. If the log does not get shorter from one
-- prisma_partition.drain_timeout (60s unless set) to the next, it never will, and the transition is refused.
--
-- A batch that collides is put back by its sub-block and taken again together with everything else on the log, old rows
-- first out of the way. Writers may move a unique value meanwhile, so that this collides too: then what fits is replayed
-- and the rest stays on the log for the next time.
CREATE OR REPLACE FUNCTION prisma_partition.drain_all(p_table integer, p_batches integer DEFAULT NULL, p_limit bigint DEFAULT NULL)
RETURNS bigint LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables; v_direction text; v_function text; v_call text; v_taken bigint; v_total bigint := 0;
  v_limit bigint; v_last bigint := 0; v_batch integer := 0;
  v_patience interval := coalesce(nullif(current_setting('prisma_partition.drain_timeout', true), ''), '60s');
  v_until timestamptz := clock_timestamp() + v_patience; v_entries bigint; v_before bigint;
  v_draining text := current_setting('prisma_partition.draining', true);
  v_mode text := 'upsert'; v_collisions integer := 0; v_collided boolean := false; v_message text;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  v_direction := CASE t.stage WHEN 'setup' THEN 'forward' ELSE 'reverse' END;
  v_function := format('prisma_partition.%I', 'drain_' || t.id || '_' || v_direction);
  -- Columns were changed, on both sides (assert_same_columns has seen to that), since it was written.
  IF obj_description(to_regprocedure(v_function || '(bigint, text)'), 'pg_proc') IS DISTINCT FROM
     prisma_partition.column_list(prisma_partition.live_of(t)) THEN
    PERFORM prisma_partition.create_drain(t, v_direction, prisma_partition.live_of(t));
  END IF;
  v_limit := CASE WHEN p_batches IS NULL THEN greatest(t.batch_size, 20000) ELSE coalesce(p_limit, t.batch_size) END;
  v_call := format('SELECT %s($1, $2)', v_function);
  PERFORM set_config('prisma_partition.draining', 'on', true); -- capture is silent …
  LOOP
    LOOP
      BEGIN
        EXECUTE v_call INTO v_taken USING CASE WHEN v_mode <> 'replace' THEN v_limit END, v_mode;
        EXIT;
      EXCEPTION WHEN unique_violation OR cardinality_violation THEN -- or: ON CONFLICT would update one row twice
        IF v_mode = 'rest' THEN RAISE; END IF;
        v_collisions := v_collisions + 1;
        v_mode := CASE WHEN v_collisions > 3 THEN 'rest' ELSE 'replace' END;
      END;
    END LOOP;
    v_total := v_total + v_taken;
    v_collided := v_collided OR v_mode = 'rest';
    v_batch := v_batch + 1;
    EXIT WHEN v_taken = 0 OR v_batch = p_batches;
    EXIT WHEN p_batches IS NULL AND v_mode <> 'replace' AND (v_taken <= 50 OR v_taken <= 1000 AND v_taken > 0.8 * v_last AND v_last > 0);
    v_last := v_taken;
    IF p_batches IS NULL AND clock_timestamp() > v_until THEN
      v_entries := prisma_partition.log_entries(t.id);
      IF v_entries >= v_before THEN
        RAISE EXCEPTION 'prisma-partition: %.% is written to faster than its change log is replayed: % entries, % before that, % ago', t.schema_name, t.table_name,
          v_entries, v_before, v_patience
          USING ERRCODE = 'lock_not_available',
            HINT = 'Nothing was changed. Deploy again when less is written: npx prisma migrate resolve --rolled-back <this migration> && npx prisma migrate deploy';
      END IF;
      v_before := v_entries;
      v_until := clock_timestamp() + v_patience;
    END IF;
    IF v_mode <> 'rest' THEN v_collisions := 0; END IF; -- else the next collision need not try everything again
    v_mode := 'upsert';
  END LOOP;
  PERFORM set_config('prisma_partition.draining', coalesce(v_draining, ''), true); -- … but not for the caller's own writes
  -- On the way back they may wait for ever; `status` shows it until they are gone.
  v_message := format('rows of %I.%I collide with others under the uniques of %s and wait on the change log: '
    'since the cutover these are unique only together with %I', t.schema_name, t.table_name, prisma_partition.other_of(t)::regclass, t.key_column);
  UPDATE prisma_partition.tables x
  SET last_error = CASE WHEN v_collided THEN v_message END, last_error_at = CASE WHEN v_collided THEN clock_timestamp() END
  WHERE x.id = t.id AND t.stage = 'cutover' AND (v_collided OR x.last_error = v_message);
  RETURN v_total;
END
$fn$;
