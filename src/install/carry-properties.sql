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

  -- The owner first: what is granted to the migration's role while it owns the copy would go over to the new owner.
  IF c.relowner <> (SELECT relowner FROM pg_class WHERE oid = t.partitioned) THEN
    EXECUTE format('GRANT USAGE, CREATE ON SCHEMA %I TO %s', t.schema_name || '_partitioned', c.relowner::regrole);
    EXECUTE format('ALTER TABLE %s OWNER TO %s', v_target, c.relowner::regrole);
  END IF;
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
  -- Grants, column grants included: exactly these, not what ALTER DEFAULT PRIVILEGES gave the copy when it was created.
  FOR r IN SELECT DISTINCT x.grantee FROM pg_class p, aclexplode(p.relacl) x WHERE p.oid = t.partitioned AND x.grantee <> p.relowner LOOP
    EXECUTE format('REVOKE ALL ON %s FROM %s', v_target, CASE r.grantee WHEN 0 THEN 'PUBLIC' ELSE r.grantee::regrole::text END);
  END LOOP;
  FOR r IN
    SELECT x.grantee, x.privilege_type, x.is_grantable, NULL::name AS attname FROM aclexplode(c.relacl) x WHERE x.grantee <> c.relowner
    UNION ALL
    SELECT x.grantee, x.privilege_type, x.is_grantable, a.attname FROM pg_attribute a, aclexplode(a.attacl) x WHERE a.attrelid = t.plain AND NOT a.attisdropped
  LOOP
    EXECUTE format('GRANT %s%s ON %s TO %s%s', r.privilege_type, CASE WHEN r.attname IS NOT NULL THEN format(' (%I)', r.attname) END, v_target,
      CASE r.grantee WHEN 0 THEN 'PUBLIC' ELSE r.grantee::regrole::text END, CASE WHEN r.is_grantable THEN ' WITH GRANT OPTION' END);
  END LOOP;
  -- LIKE makes every identity's sequence a bigint.
  FOR r IN
    SELECT pg_get_serial_sequence(v_target, attname) AS sequence, atttypid::regtype AS type FROM pg_attribute
    WHERE attrelid = t.plain AND attidentity <> '' AND NOT attisdropped AND atttypid <> 'int8'::regtype
  LOOP
    EXECUTE format('ALTER SEQUENCE %s AS %s', r.sequence, r.type);
  END LOOP;
  -- An identity's sequence is a new one; whoever could call nextval() or currval() on the old one can on this.
  FOR r IN
    SELECT x.grantee, x.privilege_type, x.is_grantable, pg_get_serial_sequence(v_target, a.attname) AS sequence
    FROM pg_attribute a JOIN pg_depend d ON d.refobjid = a.attrelid AND d.refobjsubid = a.attnum
      AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'i'
    JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S', aclexplode(s.relacl) x
    WHERE a.attrelid = t.plain AND x.grantee <> s.relowner
  LOOP
    EXECUTE format('GRANT %s ON SEQUENCE %s TO %s%s', r.privilege_type, r.sequence,
      CASE r.grantee WHEN 0 THEN 'PUBLIC' ELSE r.grantee::regrole::text END, CASE WHEN r.is_grantable THEN ' WITH GRANT OPTION' END);
  END LOOP;
  FOR r IN SELECT g.*, pg_get_triggerdef(g.oid) AS definition FROM pg_trigger g
    WHERE g.tgrelid = t.plain AND NOT g.tgisinternal AND g.tgname NOT LIKE 'prisma\_partition\_%'
  LOOP
    v_prefix := format(' ON %s ', t.plain::regclass);
    EXECUTE regexp_replace(r.definition, regexp_replace(v_prefix, '([.\\()\[\]{}^$*+?|])', '\\\1', 'g'), replace(format(' ON %s ', v_target), '\', '\\'));
    EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', v_target, r.tgname);
    IF obj_description(r.oid, 'pg_trigger') IS NOT NULL THEN
      EXECUTE format('COMMENT ON TRIGGER %I ON %s IS %L', r.tgname, v_target, obj_description(r.oid, 'pg_trigger'));
    END IF;
  END LOOP;
  PERFORM prisma_partition.carry_to_partition(t.partitioned, inhrelid) FROM pg_inherits WHERE inhparent = t.partitioned;
END
$fn$;
