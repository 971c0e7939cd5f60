-- The application's triggers fire on the table that is live from now on, in the state they had (carry_properties has
-- created them, disabled), and no longer on the other one, where rows are only replayed.
CREATE OR REPLACE FUNCTION prisma_partition.hand_over_triggers(p_from oid, p_to oid)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  r record;
BEGIN
  FOR r IN SELECT g.tgname, o.tgenabled FROM pg_trigger g JOIN pg_trigger o ON o.tgrelid = p_from AND o.tgname = g.tgname
    WHERE g.tgrelid = p_to AND NOT g.tgisinternal AND g.tgname NOT LIKE 'prisma\_partition\_%' AND o.tgenabled <> 'D'
  LOOP
    EXECUTE format('ALTER TABLE %s ENABLE %s TRIGGER %I', p_to::regclass,
      CASE r.tgenabled WHEN 'A' THEN 'ALWAYS' WHEN 'R' THEN 'REPLICA' ELSE '' END, r.tgname);
  END LOOP;
  PERFORM prisma_partition.silence_triggers(p_from);
END
$fn$;
