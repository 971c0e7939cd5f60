-- Exchanges the live table with the one that follows it: at cutover the plain table with its partitioned copy, at rollback
-- the partitioned table with the old one. Holds ACCESS EXCLUSIVE on both from the lock request to the end of the
-- migration's transaction; everything that could be built before has been.
--
-- Why no write is lost. The locks are taken live table first, as writers would (the other order deadlocks). When they are
-- held, no writer is in flight, so the log holds every change that was not replayed, and the last drain replays it.
-- Writers that queue for the lock find the other table under the name when they get it; their statement then takes its
-- snapshot, so under READ COMMITTED it sees all of it.
-- A REPEATABLE READ or SERIALIZABLE transaction whose snapshot was taken before this one commits would not see the rows
-- replayed here. guard_snapshots makes its writes fail with 40001, which such clients retry, instead of passing over
-- rows it cannot see.
-- A crash before commit undoes all of it, and the live table is what it was.
CREATE OR REPLACE FUNCTION prisma_partition.swap(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET jit = off SET row_security = off AS $fn$
DECLARE
  t prisma_partition.tables; v_live oid; v_other oid; v_to text; v_started timestamptz; v_left bigint; v_statement text; v_after text[]; v_follow text[];
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  v_live := prisma_partition.live_of(t);
  v_other := prisma_partition.other_of(t);
  v_to := CASE t.stage WHEN 'setup' THEN 'cutover' ELSE 'setup' END;
  -- From the swap on the log runs the other way (its triggers have stood on both since the indexes did).
  PERFORM prisma_partition.create_drain(t, CASE v_to WHEN 'setup' THEN 'forward' ELSE 'reverse' END, v_other);
  PERFORM prisma_partition.warm_swap(t);
  -- Drains before every attempt, in this session: plans and caches are warm when the lock comes.
  PERFORM prisma_partition.lock_relations(prisma_partition.repoint_relations(v_live) || ARRAY[v_live, v_other] || ARRAY(
    SELECT DISTINCT confrelid FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 AND conrelid = v_live
    UNION SELECT conrelid FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 AND confrelid = v_live), 'ACCESS EXCLUSIVE', t.id);
  v_started := current_setting('prisma_partition.lock_requested')::timestamptz;
  PERFORM prisma_partition.assert_intact(t);
  PERFORM prisma_partition.assert_same_columns(t); -- once more: now nobody can alter it
  PERFORM prisma_partition.drain_all(t.id);
  v_left := prisma_partition.log_entries(t.id);
  IF v_left > 0 THEN
    RAISE EXCEPTION 'prisma-partition: % rows of %.% collide with others under the uniques of %', v_left, t.schema_name, t.table_name, v_other::regclass
      USING ERRCODE = 'unique_violation', HINT = 'Nothing was changed. Deploy again: unless they are gone by then, their identities are named.';
  END IF;

  v_follow := prisma_partition.repoint_statements(v_live);
  v_after := prisma_partition.hand_over_sequences(t, v_live, v_other);
  EXECUTE format('ALTER TABLE %s SET SCHEMA %I', v_live::regclass, t.schema_name || CASE t.stage WHEN 'setup' THEN '_old' ELSE '_partitioned' END);
  EXECUTE format('ALTER TABLE %s SET SCHEMA %I', v_other::regclass, t.schema_name);
  PERFORM prisma_partition.hand_over_statistics(v_live, v_other);
  FOREACH v_statement IN ARRAY v_after || v_follow LOOP EXECUTE v_statement; END LOOP;
  PERFORM prisma_partition.hand_over_triggers(v_live, v_other);
  PERFORM prisma_partition.swap_foreign_keys(t, v_live, v_other);
  PERFORM prisma_partition.carry_publications(v_live, v_other);
  PERFORM prisma_partition.guard_snapshots(v_live, v_other);
  t.stage := v_to;
  t.step := CASE WHEN v_to = 'cutover' AND prisma_partition.unvalidated(t) IS NULL THEN 'drain' ELSE 'validate' END;
  PERFORM prisma_partition.partman_follow(t, t.schema_name || CASE v_to WHEN 'cutover' THEN '_partitioned' ELSE '' END);
  UPDATE prisma_partition.tables
  SET stage = t.stage, step = t.step, swapped_at = clock_timestamp(), swap_lock_ms = extract(epoch FROM clock_timestamp() - v_started) * 1000
  WHERE id = t.id;
END
$fn$;
