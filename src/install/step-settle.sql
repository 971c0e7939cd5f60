-- After the load: takes out of the shadow whatever was written while it ran, moves rows out of the default partition and
-- prepares the indexes.
--
-- Why the shadow can be indexed afterwards: a version that was loaded and then changed or removed has its pair on the
-- log, committed before this statement's snapshot if another version of it was loaded too. So what remains was not
-- touched between its load and this snapshot: it is a subset of the source as of this snapshot, and breaks no unique.
-- The entries stay on the log; the drain replays them. A TRUNCATE on the log leaves nothing worth keeping.
CREATE OR REPLACE FUNCTION prisma_partition.step_settle(t prisma_partition.tables, OUT rows bigint, OUT state text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off AS $fn$
DECLARE
  v_pair text[] := prisma_partition.pair_columns(t);
  v_log text := format('prisma_partition.%I', 'log_' || t.id);
  v_started timestamptz := clock_timestamp();
  v_truncated boolean;
BEGIN
  PERFORM set_config('search_path', prisma_partition.operator_path(t.plain, v_pair), true);
  EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE %I IS NULL)', v_log, v_pair[1]) INTO v_truncated;
  IF v_truncated THEN
    EXECUTE format('TRUNCATE %s', t.partitioned::regclass);
    rows := 0;
  ELSE
    EXECUTE format('DELETE FROM %s d USING (SELECT DISTINCT * FROM %s) p WHERE %s', t.partitioned::regclass, v_log,
      prisma_partition.join_columns(v_pair, 'd.%1$I = p.%1$I', ' AND '));
    GET DIAGNOSTICS rows = ROW_COUNT;
  END IF;
  PERFORM prisma_partition.empty_default(t);
  INSERT INTO prisma_partition.batches (table_id, step, rows, started_at, finished_at, pid)
  VALUES (t.id, 'settle', rows, v_started, clock_timestamp(), pg_backend_pid());
  PERFORM prisma_partition.prepare_indexes(t.id);
  state := 'worked';
END
$fn$;
