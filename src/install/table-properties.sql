-- What a table is as a whole, as properties: owner, comment, row security, grants, publications.
CREATE OR REPLACE FUNCTION prisma_partition.table_properties(t prisma_partition.tables, p_relation oid)
RETURNS TABLE (kind text, name text, definition text, make text, remove text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_other oid := coalesce(prisma_partition.other_of(t), p_relation);
  v_table text := v_other::regclass;
  c pg_class;
BEGIN
  SELECT * INTO STRICT c FROM pg_class WHERE oid = p_relation;
  RETURN QUERY VALUES
    ('owner', '', c.relowner::regrole::text,
      format('GRANT USAGE, CREATE ON SCHEMA %I TO %s; ALTER TABLE %s OWNER TO %2$s', prisma_partition.schema_of(v_other), c.relowner::regrole, v_table), NULL),
    ('row security', 'enabled', c.relrowsecurity::text,
      format('ALTER TABLE %s %s ROW LEVEL SECURITY', v_table, CASE WHEN c.relrowsecurity THEN 'ENABLE' ELSE 'DISABLE' END), NULL),
    ('row security', 'forced', c.relforcerowsecurity::text,
      format('ALTER TABLE %s %s ROW LEVEL SECURITY', v_table, CASE WHEN c.relforcerowsecurity THEN 'FORCE' ELSE 'NO FORCE' END), NULL);

  IF obj_description(p_relation, 'pg_class') IS NOT NULL THEN
    kind := 'comment'; name := ''; definition := obj_description(p_relation, 'pg_class');
    make := format('COMMENT ON TABLE %s IS %L', v_table, definition);
    remove := format('COMMENT ON TABLE %s IS NULL', v_table);
    RETURN NEXT;
  END IF;
  RETURN QUERY
    SELECT 'grant', 'to ' || x.grantee, x.privileges, x.make, x.remove
    FROM prisma_partition.acl_properties(coalesce(c.relacl, acldefault('r', c.relowner)), v_table, '') x;
  -- Published before the swap, the table that follows would publish every change twice.
  RETURN QUERY
    SELECT 'publication', p.pubname::text, concat_ws(' ', 'published', to_jsonb(v) ->> 'attnames', 'WHERE ' || (to_jsonb(v) ->> 'rowfilter')),
      NULL,
      format('ALTER PUBLICATION %I DROP TABLE %s', p.pubname, v_table)
    FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
    LEFT JOIN pg_publication_tables v ON v.pubname = p.pubname AND v.schemaname = prisma_partition.schema_of(p_relation) AND v.tablename = c.relname
    WHERE r.prrelid = p_relation;
END
$fn$;
