-- A table's row security policies and its triggers, as properties. Triggers are made disabled, for rows are only replayed
-- on the table that follows; the swap enables them as the live table's are. They fire in the order of their names. A comment comes and goes with
-- what it is on: it is compared where both tables have that.
CREATE OR REPLACE FUNCTION prisma_partition.policy_properties(t prisma_partition.tables, p_relation oid)
RETURNS TABLE (kind text, name text, definition text, make text, remove text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_other oid := coalesce(prisma_partition.other_of(t), p_relation);
  v_opposite oid := CASE p_relation WHEN v_other THEN prisma_partition.live_of(t) ELSE v_other END;
  v_table text := v_other::regclass;
  v_on text := format(' ON %s ', p_relation::regclass);
BEGIN
  RETURN QUERY
    WITH policy AS (
      SELECT p.oid, p.polname::text, concat_ws(' ', CASE WHEN p.polpermissive THEN 'AS PERMISSIVE' ELSE 'AS RESTRICTIVE' END,
        'FOR ' || CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
        'TO ' || (SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE r::regrole::text END, ', ' ORDER BY n) FROM unnest(p.polroles) WITH ORDINALITY x(r, n)),
        'USING (' || prisma_partition.rename_relation(pg_get_expr(p.polqual, p_relation), p_relation, v_other) || ')',
        'WITH CHECK (' || prisma_partition.rename_relation(pg_get_expr(p.polwithcheck, p_relation), p_relation, v_other) || ')') AS definition
      FROM pg_policy p WHERE p.polrelid = p_relation
    )
    SELECT 'policy', p.polname, p.definition, format('CREATE POLICY %I ON %s ', p.polname, v_table) || p.definition, format('DROP POLICY %I ON %s', p.polname, v_table)
    FROM policy p
    UNION ALL
    SELECT 'comment', 'policy ' || p.polname, obj_description(p.oid, 'pg_policy'),
      format('COMMENT ON POLICY %I ON %s IS %L', p.polname, v_table, obj_description(p.oid, 'pg_policy')),
      format('COMMENT ON POLICY %I ON %s IS NULL', p.polname, v_table)
    FROM policy p JOIN pg_policy o ON o.polrelid = v_opposite AND o.polname = p.polname
    WHERE obj_description(p.oid, 'pg_policy') IS NOT NULL;
  RETURN QUERY
    WITH trigger AS (
      SELECT g.oid, g.tgname::text, g.tgenabled, o.oid AS other, pg_get_triggerdef(g.oid) AS definition
      FROM pg_trigger g LEFT JOIN pg_trigger o ON o.tgrelid = v_opposite AND o.tgname = g.tgname
      WHERE g.tgrelid = p_relation AND NOT g.tgisinternal AND NOT starts_with(g.tgname, 'prisma_partition_')
    ), written AS (
      SELECT g.*, overlay(g.definition PLACING format(' ON %s ', v_table) FROM strpos(g.definition, v_on) FOR length(v_on)) AS create_it FROM trigger g
    )
    SELECT 'trigger', g.tgname, g.create_it, format('%s; ALTER TABLE %s DISABLE TRIGGER %I', g.create_it, v_table, g.tgname),
      format('DROP TRIGGER %I ON %s', g.tgname, v_table)
    FROM written g
    UNION ALL
    SELECT 'trigger state', g.tgname, CASE g.tgenabled WHEN 'D' THEN 'disabled' WHEN 'A' THEN 'always' WHEN 'R' THEN 'replica' ELSE 'enabled' END, NULL, NULL
    FROM written g
    UNION ALL
    SELECT 'comment', 'trigger ' || g.tgname, obj_description(g.oid, 'pg_trigger'),
      format('COMMENT ON TRIGGER %I ON %s IS %L', g.tgname, v_table, obj_description(g.oid, 'pg_trigger')),
      format('COMMENT ON TRIGGER %I ON %s IS NULL', g.tgname, v_table)
    FROM written g WHERE g.other IS NOT NULL AND obj_description(g.oid, 'pg_trigger') IS NOT NULL;
END
$fn$;
