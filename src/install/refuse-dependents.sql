-- What depends on the table itself and cannot follow it through the swap, or would not mean the same after it: see
-- dependents, repoint_statements and changed_meaning.
CREATE OR REPLACE FUNCTION prisma_partition.refuse_dependents(p_plain oid, p_key text)
RETURNS SETOF text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  d record; v_what text; v_owner oid; v_schema oid; v_drop text; v_meaning text; v_reads constant text := 'would go on reading the old table after the swap';
BEGIN
  FOR d IN SELECT x.*, i.type, i.identity, c.relname, c.relowner, c.relnamespace, c.relpersistence, f.proowner, f.pronamespace, f.prokind
    FROM prisma_partition.dependents(p_plain, p_key) x
    CROSS JOIN LATERAL pg_identify_object(x.class, x.object, 0) i
    LEFT JOIN pg_class c ON c.oid = x.relation LEFT JOIN pg_proc f ON x.class = 'pg_proc'::regclass AND f.oid = x.object ORDER BY i.identity
  LOOP
    v_what := CASE WHEN d.kind IN ('view', 'materialized view') THEN d.kind || ' ' || d.relation::regclass ELSE pg_describe_object(d.class, d.object, 0) END;
    v_owner := coalesce(d.relowner, d.proowner);
    v_schema := CASE WHEN d.kind IN ('view', 'function') THEN coalesce(d.relnamespace, d.pronamespace) END;
    v_drop := CASE d.kind WHEN 'view' THEN format('DROP VIEW %s', d.relation::regclass) WHEN 'function' THEN format('DROP ROUTINE %s', d.object::regprocedure)
      WHEN 'rule' THEN format('DROP RULE %I ON %s', (SELECT rulename FROM pg_rewrite WHERE oid = d.object), d.relation::regclass)
      WHEN 'policy' THEN format('DROP POLICY %I ON %s', (SELECT polname FROM pg_policy WHERE oid = d.object), d.relation::regclass) END;
    v_meaning := prisma_partition.changed_meaning(p_plain, d.class, d.object, CASE d.kind
      WHEN 'view' THEN pg_get_viewdef(d.relation) WHEN 'rule' THEN pg_get_ruledef(d.object) WHEN 'function' THEN pg_get_functiondef(d.object)
      WHEN 'policy' THEN (SELECT concat_ws(' ', pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) FROM pg_policy WHERE oid = d.object) END);
    IF d.kind = 'materialized view' THEN
      RETURN NEXT format('%s %s; create it again after cutover, and run: DROP MATERIALIZED VIEW %s', v_what, v_reads, d.relation::regclass);
    ELSIF d.kind = 'trigger' THEN
      RETURN NEXT format('%s refers to it and %s; create it again after cutover, and run: DROP TRIGGER %I ON %s', v_what, v_reads,
        (SELECT tgname FROM pg_trigger WHERE oid = d.object), d.relation::regclass);
    ELSIF d.kind = 'row type' THEN
      RETURN QUERY SELECT prisma_partition.refuse_row_type(p_plain, d.class, d.object);
    ELSIF d.narrow_unique IS NOT NULL THEN
      RETURN NEXT format('%s relies on %s, which will contain %I as well (GROUP BY its columns, or ON CONFLICT ON CONSTRAINT); write it without that, or run: %s', v_what, d.narrow_unique, p_key, v_drop);
    ELSIF d.relpersistence = 't' THEN
      RETURN NEXT format('%s is temporary and %s; end the session that created it, or, in that session, run: DROP VIEW %s', v_what, v_reads, d.relation::regclass);
    ELSIF v_meaning IS NOT NULL THEN
      RETURN NEXT format('%s %s; or run: %s', v_what, v_meaning, v_drop);
    ELSIF NOT pg_has_role(v_owner, 'USAGE') THEN
      RETURN NEXT format('%s would have to follow the table, and role %I is not a member of its owner; run: GRANT %s TO %2$I', v_what, current_user, v_owner::regrole);
    ELSIF NOT has_schema_privilege(v_schema, 'CREATE') THEN
      RETURN NEXT format('%s would have to follow the table, and role %I may not create anything in its schema; run: GRANT USAGE, CREATE ON SCHEMA %s TO %2$I', v_what, current_user, v_schema::regnamespace);
    END IF;
  END LOOP;
END
$fn$;
