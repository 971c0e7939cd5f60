-- The objects that hold on to a table itself, not to its name: after a swap they would go on reading the old one. Nothing
-- that belongs to the table (its policies, triggers, constraints) is among them, and no view on such a view: it follows by
-- itself. An index look-up in pg_depend, so next to nothing where there are none.
--   kind           view, rule, policy and function can follow (see repoint_statements); materialized view, trigger and
--                  row type cannot
--   relation       what must be locked to change it, and whose owner may: a view, or the table of a rule or policy
--   narrow_unique  a unique without p_key that it relies on (GROUP BY a primary key, ON CONFLICT ON CONSTRAINT)
CREATE OR REPLACE FUNCTION prisma_partition.dependents(p_table oid, p_key text DEFAULT NULL)
RETURNS TABLE (kind text, class oid, object oid, relation oid, narrow_unique text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT CASE
      WHEN d.row_type THEN 'row type'
      WHEN d.classid = 'pg_proc'::regclass THEN 'function'
      WHEN d.classid = 'pg_policy'::regclass THEN 'policy'
      WHEN d.classid = 'pg_trigger'::regclass THEN 'trigger'
      WHEN c.relkind = 'm' THEN 'materialized view'
      WHEN r.rulename = '_RETURN' THEN 'view'
      ELSE 'rule' END,
    d.classid, d.objid, coalesce(r.ev_class, p.polrelid, g.tgrelid), d.narrow_unique
  FROM (
    SELECT x.classid, x.objid, bool_or(x.row_type) AS row_type, string_agg(x.narrow_unique, ', ') AS narrow_unique
    FROM (
      SELECT classid, objid, false AS row_type, NULL AS narrow_unique FROM pg_depend
      WHERE refclassid = 'pg_class'::regclass AND refobjid = p_table AND (deptype = 'n'
        AND classid IN ('pg_rewrite'::regclass, 'pg_proc'::regclass, 'pg_policy'::regclass)
        OR deptype = 'a' AND classid = 'pg_trigger'::regclass)
      UNION
      SELECT b.classid, b.objid, true, NULL FROM pg_type y JOIN pg_depend b ON b.refclassid = 'pg_type'::regclass AND b.refobjid IN (y.oid, y.typarray)
      WHERE y.typrelid = p_table AND b.deptype = 'n'
      UNION
      SELECT b.classid, b.objid, false, quote_ident(k.conname) FROM pg_constraint k
      JOIN pg_depend b ON b.refclassid = 'pg_constraint'::regclass AND b.refobjid = k.oid
      WHERE k.conrelid = p_table AND k.contype IN ('p', 'u') AND b.deptype = 'n'
        AND b.classid IN ('pg_rewrite'::regclass, 'pg_proc'::regclass, 'pg_policy'::regclass)
        AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = p_table AND a.attname = p_key AND a.attnum = ANY (k.conkey))
    ) x
    GROUP BY 1, 2
  ) d
  LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
  LEFT JOIN pg_class c ON c.oid = r.ev_class
  LEFT JOIN pg_policy p ON d.classid = 'pg_policy'::regclass AND p.oid = d.objid
  LEFT JOIN pg_trigger g ON d.classid = 'pg_trigger'::regclass AND g.oid = d.objid
  WHERE p.polrelid IS DISTINCT FROM p_table AND r.ev_class IS DISTINCT FROM p_table
    AND (g.oid IS NULL OR g.tgrelid <> p_table AND NOT g.tgisinternal)
$fn$;
