-- Gives the partitioned table what LIKE does not copy: comment, owner, grants, row security and policies, replica
-- identity, statistics targets, the application's own triggers (created disabled: they must not fire while rows are
-- replayed; the swap enables them). On the copy only, which nobody uses yet.
CREATE OR REPLACE FUNCTION prisma_partition.carry_properties(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables; c pg_class; v_target text; r record; v_prefix text;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  SELECT * INTO STRICT c FROM pg_class WHERE oid = t.plain;
  v_target := t.partitioned::regclass;

  IF obj_description(t.plain, 'pg_class') IS NOT NULL THEN
    EXECUTE format('COMMENT ON TABLE %s IS %L', v_target, obj_description(t.plain, 'pg_class'));
  END IF;
  FOR r IN SELECT attname, attstattarget FROM pg_attribute WHERE attrelid = t.plain AND attnum > 0 AND NOT attisdropped AND coalesce(attstattarget, -1) >= 0 LOOP
    EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS %s', v_target, r.attname, r.attstattarget);
  END LOOP;
  IF c.relreplident = 'f' THEN EXECUTE format('ALTER TABLE %s REPLICA IDENTITY FULL', v_target);
  ELSIF c.relreplident = 'n' THEN EXECUTE format('ALTER TABLE %s REPLICA IDENTITY NOTHING', v_target);
  ELSIF c.relreplident = 'i' THEN
    EXECUTE format('ALTER TABLE %s REPLICA IDENTITY USING INDEX %I', v_target,
      (SELECT coalesce(u.target_name, k.relname) FROM pg_index x JOIN pg_class k ON k.oid = x.indexrelid
       LEFT JOIN prisma_partition.uniques u ON u.table_id = t.id AND u.columns = prisma_partition.index_columns(x.indexrelid)
       WHERE x.indrelid = t.plain AND x.indisreplident));
  END IF;
  IF c.relrowsecurity THEN EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', v_target); END IF;
  IF c.relforcerowsecurity THEN EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', v_target); END IF;
  FOR r IN SELECT p.*, (SELECT string_agg(CASE x WHEN 0 THEN 'PUBLIC' ELSE x::regrole::text END, ', ') FROM unnest(p.polroles) x) AS roles
    FROM pg_policy p WHERE p.polrelid = t.plain
  LOOP
    EXECUTE format('CREATE POLICY %I ON %s AS %s FOR %s TO %s%s%s', r.polname, v_target,
      CASE WHEN r.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
      CASE r.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END, r.roles,
      ' USING (' || pg_get_expr(r.polqual, t.plain) || ')', ' WITH CHECK (' || pg_get_expr(r.polwithcheck, t.plain) || ')');
  END LOOP;
  -- Grants, column grants included. A null ACL means the owner's default, which the copy has as well.
  FOR r IN
    SELECT x.grantee, x.privilege_type, x.is_grantable, NULL::name AS attname FROM aclexplode(c.relacl) x WHERE x.grantee <> c.relowner
    UNION ALL
    SELECT x.grantee, x.privilege_type, x.is_grantable, a.attname FROM pg_attribute a, aclexplode(a.attacl) x WHERE a.attrelid = t.plain AND NOT a.attisdropped
  LOOP
    EXECUTE format('GRANT %s%s ON %s TO %s%s', r.privilege_type, CASE WHEN r.attname IS NOT NULL THEN format(' (%I)', r.attname) END, v_target,
      CASE r.grantee WHEN 0 THEN 'PUBLIC' ELSE r.grantee::regrole::text END, CASE WHEN r.is_grantable THEN ' WITH GRANT OPTION' END);
  END LOOP;
  FOR r IN SELECT g.*, pg_get_triggerdef(g.oid) AS definition FROM pg_trigger g
    WHERE g.tgrelid = t.plain AND NOT g.tgisinternal AND g.tgname NOT LIKE 'prisma\_partition\_%'
  LOOP
    v_prefix := format(' ON %s ', t.plain::regclass);
    EXECUTE regexp_replace(r.definition, regexp_replace(v_prefix, '([.\\()\[\]{}^$*+?|])', '\\\1', 'g'), replace(format(' ON %s ', v_target), '\', '\\'));
    EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', v_target, r.tgname);
  END LOOP;
  IF c.relowner <> (SELECT relowner FROM pg_class WHERE oid = t.partitioned) THEN
    EXECUTE format('ALTER TABLE %s OWNER TO %s', v_target, c.relowner::regrole);
    FOR r IN SELECT inhrelid::regclass AS leaf FROM pg_inherits WHERE inhparent = t.partitioned LOOP
      EXECUTE format('ALTER TABLE %s OWNER TO %s', r.leaf, c.relowner::regrole);
    END LOOP;
  END IF;
END
$fn$;
