-- Triggers and rules of the table that a partitioned one cannot have, or that would be taken for this package's own.
CREATE OR REPLACE FUNCTION prisma_partition.refuse_triggers(p_plain oid)
RETURNS SETOF text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  r record; v_table text := p_plain::regclass;
BEGIN
  FOR r IN SELECT g.*, (SELECT pronamespace::regnamespace::text FROM pg_proc WHERE oid = g.tgfoid) = 'prisma_partition' AS is_ours
    FROM pg_trigger g WHERE g.tgrelid = p_plain AND NOT g.tgisinternal ORDER BY g.tgname
  LOOP
    IF r.tgtype & 1 = 1 AND (r.tgoldtable IS NOT NULL OR r.tgnewtable IS NOT NULL) THEN
      RETURN NEXT format('row trigger %I has a transition table, which one of a partitioned table cannot; make it FOR EACH STATEMENT, or run: DROP TRIGGER %1$I ON %2$s', r.tgname, v_table);
    END IF;
    IF r.tgname LIKE 'prisma\_partition\_%' AND NOT r.is_ours THEN
      RETURN NEXT format('trigger %I has the name of one of this package''s; run: ALTER TRIGGER %1$I ON %2$s RENAME TO %3$I', r.tgname, v_table, left('own_' || r.tgname, 63));
    END IF;
  END LOOP;
  FOR r IN SELECT rulename FROM pg_rewrite WHERE ev_class = p_plain ORDER BY rulename LOOP
    RETURN NEXT format('rule %I would not be carried over, and changes what a replayed write does; make it a trigger, or run: DROP RULE %1$I ON %2$s', r.rulename, v_table);
  END LOOP;
END
$fn$;
