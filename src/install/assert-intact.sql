-- Refuses to go on when somebody took away what the conversion stands on: one of its two tables, the name the application
-- knows the live one by, the change log, or the triggers that fill it. Writes made without them are not on the log: a row
-- would be lost, unless a comparison happened to see it.
CREATE OR REPLACE FUNCTION prisma_partition.assert_intact(t prisma_partition.tables)
RETURNS void LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_live oid := prisma_partition.live_of(t); v_other oid := prisma_partition.other_of(t);
  v_expected text := format('%I.%I', t.schema_name, t.table_name);
  v_name text; v_problem text; v_remedy text;
  v_start_over text := CASE t.stage
    WHEN 'setup' THEN 'Start over: remove the annotation, npx prisma generate, npx prisma migrate deploy; then put it back and do the same'
    ELSE 'There is no way back any more. Go on to "stage: cleanup"' END;
BEGIN
  SELECT format('%I.%I', relnamespace::regnamespace::text, relname) INTO v_name FROM pg_class WHERE oid = v_live;
  IF v_name IS NULL THEN
    v_problem := format('table %s was dropped', v_expected);
    v_remedy := 'Remove its annotation, npx prisma generate, npx prisma migrate deploy';
  ELSIF NOT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid = v_live AND n.nspname = t.schema_name AND c.relname = t.table_name) THEN -- who monitors may have no right to look names up
    v_problem := format('table %s is now named %s', v_expected, v_name);
    v_remedy := format('Give it back its name and schema, and change them when the conversion is over; or start over under the new ones');
  ELSIF NOT EXISTS (SELECT FROM pg_class WHERE oid = v_other) THEN
    v_problem := format('the other table of %s (stage %s) was dropped', v_expected, t.stage);
    v_remedy := v_start_over;
  ELSIF to_regclass(format('prisma_partition.%I', 'log_' || t.id)) IS NULL OR EXISTS (
      SELECT FROM prisma_partition.capture_triggers(t, v_live) c WHERE to_regprocedure(format('prisma_partition.%I()', c.function)) IS NULL) THEN
    v_problem := format('the change log of %s or one of its functions was dropped', v_expected);
    v_remedy := v_start_over || '. Until then every write of the application may fail';
  ELSIF EXISTS (SELECT FROM prisma_partition.capture_triggers(t, v_live) c
      LEFT JOIN pg_trigger g ON g.tgrelid = v_live AND g.tgname = c.name AND g.tgenabled = c.enabled
        AND g.tgfoid = to_regprocedure(format('prisma_partition.%I()', c.function))
      -- Of a row trigger every partition has a clone, which can be altered there alone: DISABLE and ENABLE TRIGGER ALL make it
      -- silent for replicas.
      LEFT JOIN pg_inherits h ON h.inhparent = v_live AND c.fires LIKE '% OR %' AND NOT EXISTS (
        SELECT FROM pg_trigger l WHERE l.tgrelid = h.inhrelid AND l.tgname = c.name AND l.tgparentid = g.oid AND l.tgenabled = c.enabled)
      WHERE g.oid IS NULL OR h.inhrelid IS NOT NULL) THEN
    v_problem := format('change capture on %s was dropped or disabled: what was written since then is not on the log', v_expected);
    v_remedy := format('SELECT prisma_partition.restart_capture(%L, %L) puts it back and has the whole table replayed', t.schema_name, t.table_name);
  END IF;
  IF v_problem IS NOT NULL THEN
    RAISE EXCEPTION 'prisma-partition: %', v_problem USING ERRCODE = 'object_not_in_prerequisite_state', HINT = v_remedy || '.';
  END IF;
END
$fn$;
