-- The statements that make what depends on a table follow its name, once the other one stands under the name that p_from has now:
-- views, with their options, rules and policies of other relations, and functions with an SQL body. Each is written anew
-- from its own definition, where every relation is named with its schema, so it finds the other table. It stays the object
-- it was: owner, grants, comments, triggers and column defaults are untouched. refuse_dependents has seen to the rest.
-- To be called before the tables are moved; what it changes must be locked: see repoint_relations.
CREATE OR REPLACE FUNCTION prisma_partition.repoint_statements(p_from oid)
RETURNS text[] LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  d record; p pg_policy; v_options text; v_meaning text; v_statements text[] := '{}';
BEGIN
  FOR d IN SELECT x.*, c.reloptions, c.relpersistence FROM prisma_partition.dependents(p_from) x LEFT JOIN pg_class c ON c.oid = x.relation LOOP
    CASE d.kind
      WHEN 'view' THEN
        CONTINUE WHEN d.relpersistence = 't'; -- of a session that has come since; it reads the old table until it ends
        -- Not given, options would be reset.
        SELECT format(' WITH (%s)', string_agg(format('%I = %L', o.option_name, o.option_value), ', ')) INTO v_options
        FROM pg_options_to_table(d.reloptions) o HAVING count(*) > 0;
        v_statements := v_statements || format('CREATE OR REPLACE VIEW %s%s AS %s', d.relation::regclass, v_options, pg_get_viewdef(d.relation));
      WHEN 'rule' THEN
        v_statements := v_statements || regexp_replace(pg_get_ruledef(d.object), '^CREATE RULE', 'CREATE OR REPLACE RULE');
      WHEN 'function' THEN
        v_statements := v_statements || pg_get_functiondef(d.object);
      WHEN 'policy' THEN
        SELECT * INTO STRICT p FROM pg_policy WHERE oid = d.object;
        v_statements := v_statements || concat(format('ALTER POLICY %I ON %s', p.polname, p.polrelid::regclass),
          ' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', ' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')');
      ELSE
        RAISE EXCEPTION 'prisma-partition: % cannot follow % through the swap', pg_describe_object(d.class, d.object, 0), p_from::regclass
          USING ERRCODE = 'feature_not_supported', HINT = 'Nothing was changed. Drop it, and create it again after the swap.';
    END CASE;
    v_meaning := prisma_partition.changed_meaning(p_from, d.class, d.object, v_statements[cardinality(v_statements)]);
    IF v_meaning IS NOT NULL THEN -- made since refuse_dependents looked
      RAISE EXCEPTION 'prisma-partition: % cannot follow % through the swap', pg_describe_object(d.class, d.object, 0), p_from::regclass
        USING ERRCODE = 'feature_not_supported', HINT = format('Nothing was changed. It %s.', v_meaning);
    END IF;
  END LOOP;
  RETURN v_statements;
END
$fn$;
