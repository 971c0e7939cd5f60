-- Disables the application's triggers of one table or partition while rows are moved there, which to the application is
-- no change. Returns the statements that put each back into the state it had. Takes SHARE ROW EXCLUSIVE.
CREATE OR REPLACE FUNCTION prisma_partition.silence_triggers(p_relation oid)
RETURNS text[] LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  r record; v_undo text[] := '{}';
BEGIN
  FOR r IN SELECT tgname, tgenabled FROM pg_trigger
    WHERE tgrelid = p_relation AND NOT tgisinternal AND tgenabled <> 'D' AND tgname NOT LIKE 'prisma\_partition\_%'
  LOOP
    EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', p_relation::regclass, r.tgname);
    v_undo := v_undo || format('ALTER TABLE %s ENABLE %s TRIGGER %I', p_relation::regclass,
      CASE r.tgenabled WHEN 'A' THEN 'ALWAYS' WHEN 'R' THEN 'REPLICA' ELSE '' END, r.tgname);
  END LOOP;
  RETURN v_undo;
END
$fn$;
