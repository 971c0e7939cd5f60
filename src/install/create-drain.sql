-- Generates the function that replays the change log from one table to the other, written out for this table so that
-- its plans are cached.
--
-- Why a drain is right. It takes entries off the log in one statement and reads the source in later ones. Under READ
-- COMMITTED each statement sees what had committed when it began, so a later statement sees every write whose entry was
-- taken. A write that commits in between is seen too, or not; either way its own entry is still on the log and will be
-- replayed. Replaying is idempotent: it makes the target's rows under a logged (identity, key) pair equal to the
-- source's, whatever they were. It all commits together with the removal of the entries, so a crash replays them.
-- Under REPEATABLE READ the source would be read as of before the entries: run_step and cutover refuse it.
--
--   1  take p_limit entries (null: all)
--   2  delete from the target the pairs that are gone
--   3  upsert the source's rows under the pairs, leaving alone what is identical bit for bit
--
-- Pairs hold the partition key, so both statements prune to the partitions concerned. The key is met as a range: by `=` the
-- planner may take an index on the key alone, which by statistics from before a bulk insert is as good as one on the
-- identity, and then reads all rows of one instant for each of them (10,000 rows of one instant: 25 s against 0.5 s).
--
-- A unique value that moved between two rows of which only one was taken makes step 3 collide. p_mode says what then:
--   upsert   as above; a collision is an error and the caller, drain_all, puts the batch back
--   replace  all taken pairs are deleted first. With everything taken, what is left of the target are rows equal to the
--            source's, so only rows that collide in the source itself can collide: none do, if uniques are the same
--   rest     as replace, but a row that collides is left out and its pair stays on the log. On the way back, where only
--            (identity, key) is unique in the source, two rows may share what the target holds once
--
-- The way back conflicts by identity. A row found under it with another key (displaced) is either the same row before it
-- moved, or a second one that the source has still: the first is overwritten, the second must not be, hence the check
-- before step 3. A row that appears between the check and step 3 may overwrite the second one all the same; its own entry
-- will find nothing left to do. So what step 3 has overwritten and the source has still goes back on the log, where it
-- collides as it should.
--
-- The tables are named as they will be when this way is taken, so that the swap has nothing to write under its lock.
--
-- Settings: JIT cost 290 ms for 100 rows; a custom plan is planned anew each time; a leaf whose statistics still say
-- "empty" would be read whole for every pair (> 106 s for a batch).
CREATE OR REPLACE FUNCTION prisma_partition.create_drain(t prisma_partition.tables, p_direction text, p_source oid)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_pair text[] := prisma_partition.pair_columns(t);
  v_log text := format('prisma_partition.%I', 'log_' || t.id);
  v_on_source text := prisma_partition.meet_pairs(t, 's');
  v_on_target text := prisma_partition.meet_pairs(t, 'd');
  v_conflict text[] := CASE p_direction WHEN 'forward' THEN v_pair ELSE t.identity_columns END;
  v_columns text := prisma_partition.column_list(p_source);
  v_source text := format('%I.%I', t.schema_name, t.table_name);
  v_target text := format('%I.%I', t.schema_name || CASE p_direction WHEN 'forward' THEN '_partitioned' ELSE '_old' END, t.table_name);
  v_search_path text := prisma_partition.operator_path(p_source, v_pair);
  v_set text; v_declared text := ''; v_guard text := ''; v_put_back text := ''; v_body text;
BEGIN
  SELECT string_agg(format('%1$I = excluded.%1$I', attname), ', ' ORDER BY attnum) INTO v_set
  FROM pg_attribute
  WHERE attrelid = p_source AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attidentity <> 'a';
  IF v_conflict <> v_pair THEN
    v_declared := format(' v_displaced %s[];', v_log);
    v_guard := format($sql$
        v_displaced := ARRAY(
          SELECT ROW(%6$s)::%7$s FROM unnest(drain.v_pairs) AS p JOIN %1$s d ON %2$s WHERE d.%5$I <> p.%5$I);
        IF v_displaced <> '{}' AND EXISTS (
          SELECT FROM unnest(drain.v_pairs) AS p JOIN %3$s s ON %4$s JOIN %1$s d ON %2$s JOIN %3$s o ON %8$s WHERE d.%5$I <> p.%5$I
        ) THEN
          RAISE unique_violation;
        END IF;$sql$,
      v_target, prisma_partition.join_columns(v_conflict, 'd.%1$I = p.%1$I', ' AND '), v_source, v_on_source, t.key_column,
      prisma_partition.join_columns(v_pair, 'd.%I', ', '), v_log, prisma_partition.join_columns(v_pair, 'o.%1$I = d.%1$I', ' AND '));
    v_put_back := format($sql$
        IF v_displaced <> '{}' THEN
          INSERT INTO %1$s SELECT %2$s FROM unnest(drain.v_displaced) AS p JOIN %3$s s ON %4$s
          WHERE NOT EXISTS (SELECT FROM %5$s d WHERE %6$s);
        END IF;$sql$,
      v_log, prisma_partition.join_columns(v_pair, 'p.%I', ', '), v_source, v_on_source, v_target, v_on_target);
  END IF;

  v_body := format($sql$
    #variable_conflict use_column -- columns may have the names of variables, which are qualified beside them
    <<drain>>
    DECLARE
      v_pairs %3$s[]; v_gone %3$s[];%21$s v_taken bigint; v_whole boolean; v_left bigint; v_entries tid[];
      v_position tid := coalesce(nullif(current_setting('prisma_partition.log_position', true), ''), '(0,0)');
    BEGIN
      SET CONSTRAINTS ALL IMMEDIATE; -- a deferred unique must collide here, where the caller can do something about it

      -- Not always from the beginning: 10,000 entries taken and not vacuumed yet cost the next batch 10 ms, and so on.
      v_entries := ARRAY(
        SELECT e.ctid FROM %3$s e WHERE e.ctid > v_position UNION ALL SELECT e.ctid FROM %3$s e WHERE e.ctid <= v_position
        LIMIT %1$I.p_limit);
      PERFORM set_config('prisma_partition.log_position', v_entries[array_upper(v_entries, 1)]::text, false);
      WITH taken AS (
        DELETE FROM %3$s l WHERE l.ctid = ANY (v_entries) RETURNING l.*
      )
      SELECT count(*), array_agg(DISTINCT ROW(%4$s)::%3$s) FILTER (WHERE %5$s IS NOT NULL), bool_or(%5$s IS NULL)
      INTO v_taken, v_pairs, v_whole FROM taken;
      IF v_taken = 0 THEN RETURN 0; END IF;

      IF v_whole THEN -- the table was truncated: start from nothing
        TRUNCATE %6$s;
        IF p_mode = 'rest' THEN
          INSERT INTO %6$s (%7$s) OVERRIDING SYSTEM VALUE SELECT %8$s FROM %9$s s ON CONFLICT DO NOTHING;
          INSERT INTO %3$s SELECT %16$s FROM %9$s s WHERE NOT EXISTS (SELECT FROM %6$s d WHERE %17$s);
          GET DIAGNOSTICS v_left = ROW_COUNT;
          RETURN greatest(v_taken - v_left, 0);
        END IF;
        INSERT INTO %6$s (%7$s) OVERRIDING SYSTEM VALUE SELECT %8$s FROM %9$s s;
        RETURN v_taken;
      END IF;

      IF p_mode = 'upsert' THEN
        v_gone := ARRAY(SELECT ROW(%19$s)::%3$s FROM unnest(drain.v_pairs) AS p WHERE NOT EXISTS (SELECT FROM %9$s s WHERE %11$s));
        IF v_gone <> '{}' THEN
          DELETE FROM %6$s d USING unnest(drain.v_gone) AS p WHERE %10$s;
        END IF;%18$s
        INSERT INTO %6$s AS d (%7$s) OVERRIDING SYSTEM VALUE
        SELECT %8$s FROM unnest(drain.v_pairs) AS p JOIN %9$s s ON %11$s
        ON CONFLICT (%12$s) DO UPDATE SET %13$s WHERE record_image_ne(ROW(%14$s), ROW(%15$s));%20$s
        RETURN v_taken;
      END IF;

      DELETE FROM %6$s d USING unnest(drain.v_pairs) AS p WHERE %10$s;
      IF p_mode = 'replace' THEN
        INSERT INTO %6$s (%7$s) OVERRIDING SYSTEM VALUE
        SELECT %8$s FROM unnest(drain.v_pairs) AS p JOIN %9$s s ON %11$s;
        RETURN v_taken;
      END IF;

      INSERT INTO %6$s (%7$s) OVERRIDING SYSTEM VALUE
      SELECT %8$s FROM unnest(drain.v_pairs) AS p JOIN %9$s s ON %11$s
      ON CONFLICT DO NOTHING;
      INSERT INTO %3$s
      SELECT %16$s FROM unnest(drain.v_pairs) AS p JOIN %9$s s ON %11$s WHERE NOT EXISTS (SELECT FROM %6$s d WHERE %17$s);
      GET DIAGNOSTICS v_left = ROW_COUNT;
      RETURN greatest(v_taken - v_left, 0);
    END
  $sql$,
    'drain_' || t.id || '_' || p_direction,
    v_search_path,
    v_log,
    prisma_partition.join_columns(v_pair, 'taken.%I', ', '),
    format('taken.%I', v_pair[1]),
    v_target,
    v_columns,
    prisma_partition.column_list(p_source, 's.%I'),
    v_source,
    v_on_target,
    v_on_source,
    prisma_partition.join_columns(v_conflict, '%I', ', '),
    v_set,
    prisma_partition.column_list(p_source, 'd.%I'),
    prisma_partition.column_list(p_source, 'excluded.%I'),
    prisma_partition.join_columns(v_pair, 's.%I', ', '),
    prisma_partition.join_columns(v_pair, 'd.%1$I = s.%1$I', ' AND '),
    v_guard,
    prisma_partition.join_columns(v_pair, 'p.%I', ', '),
    v_put_back,
    v_declared);
  -- Quoted as a literal: a name may hold any dollar quote.
  EXECUTE format($sql$
    CREATE OR REPLACE FUNCTION prisma_partition.%I(p_limit bigint, p_mode text) RETURNS bigint LANGUAGE plpgsql
    SET search_path = %s SET jit = off SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS %L
  $sql$, 'drain_' || t.id || '_' || p_direction, v_search_path, v_body);
  -- For drain_all, which writes it anew when columns were added or dropped on both sides.
  EXECUTE format('COMMENT ON FUNCTION prisma_partition.%I(bigint, text) IS %L', 'drain_' || t.id || '_' || p_direction, v_columns);
END
$fn$;
