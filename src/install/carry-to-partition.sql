-- Gives a partition what neither LIKE nor the parent hands down, nor pg_partman: owner, no grants that the parent does
-- not give, columns' storage, compression, statistics targets and options, replica identity, extended statistics; and
-- what a parent cannot have: see carry_storage.
CREATE OR REPLACE FUNCTION prisma_partition.carry_to_partition(p_parent oid, p_leaf oid)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET jit = off AS $fn$
DECLARE
  v_leaf text := p_leaf::regclass; p pg_class; c pg_class; r record;
BEGIN
  SELECT * INTO STRICT p FROM pg_class WHERE oid = p_parent;
  SELECT * INTO STRICT c FROM pg_class WHERE oid = p_leaf;
  IF c.relowner <> p.relowner THEN EXECUTE format('ALTER TABLE %s OWNER TO %s', v_leaf, p.relowner::regrole); END IF;
  -- ALTER DEFAULT PRIVILEGES may have granted more, and past the parent's row security.
  FOR r IN SELECT DISTINCT x.grantee FROM pg_class l, aclexplode(l.relacl) x
    WHERE l.oid = p_leaf AND x.grantee <> p.relowner AND (p.relrowsecurity OR (x.grantee, x.privilege_type) NOT IN (
      SELECT y.grantee, y.privilege_type FROM aclexplode(coalesce(p.relacl, acldefault('r', p.relowner))) y))
  LOOP
    EXECUTE format('REVOKE ALL ON %s FROM %s', v_leaf, CASE r.grantee WHEN 0 THEN 'PUBLIC' ELSE r.grantee::regrole::text END);
  END LOOP;
  FOR r IN
    SELECT a.attname, concat_ws(', ',
      CASE WHEN coalesce(a.attstattarget, -1) <> coalesce(b.attstattarget, -1) THEN format('ALTER COLUMN %I SET STATISTICS %s', a.attname, coalesce(a.attstattarget, -1)) END,
      CASE WHEN a.attstorage <> b.attstorage THEN format('ALTER COLUMN %I SET STORAGE %s', a.attname,
        CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END) END,
      CASE WHEN a.attcompression <> b.attcompression THEN format('ALTER COLUMN %I SET COMPRESSION %s', a.attname,
        CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' ELSE 'default' END) END,
      (SELECT string_agg(format('ALTER COLUMN %I SET (%s = %s)', a.attname, o.option_name, o.option_value), ', ') FROM prisma_partition.column_options(a.attoptions) o
        WHERE o.option_name <> 'n_distinct_inherited' AND NOT EXISTS (
          SELECT FROM prisma_partition.column_options(b.attoptions) x WHERE (x.option_name, x.option_value) = (o.option_name, o.option_value)))) AS changes
    FROM pg_attribute a JOIN pg_attribute b ON b.attrelid = p_leaf AND b.attname = a.attname
    WHERE a.attrelid = p_parent AND a.attnum > 0 AND NOT a.attisdropped
  LOOP
    IF r.changes <> '' THEN EXECUTE format('ALTER TABLE %s %s', v_leaf, r.changes); END IF;
  END LOOP;
  IF p.relreplident = 'i' THEN
    EXECUTE (SELECT format('ALTER TABLE %s REPLICA IDENTITY USING INDEX %I', v_leaf, k.relname)
      FROM pg_index x JOIN pg_inherits h ON h.inhparent = x.indexrelid JOIN pg_class k ON k.oid = h.inhrelid
      JOIN pg_index l ON l.indexrelid = k.oid WHERE x.indrelid = p_parent AND x.indisreplident AND l.indrelid = p_leaf);
  ELSIF p.relreplident <> c.relreplident THEN
    EXECUTE format('ALTER TABLE %s REPLICA IDENTITY %s', v_leaf, CASE p.relreplident WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING' ELSE 'DEFAULT' END);
  END IF;
  FOR r IN
    SELECT format('%I.%I', prisma_partition.schema_of(p_leaf), prisma_partition.leaf_name(c.relname, '_' || s.stxname)) AS statistics,
      prisma_partition.statistics_definition(s.oid) AS definition
    FROM pg_statistic_ext s WHERE s.stxrelid = p_parent AND NOT EXISTS (
      SELECT FROM pg_statistic_ext l WHERE l.stxrelid = p_leaf AND prisma_partition.statistics_definition(l.oid) = prisma_partition.statistics_definition(s.oid))
  LOOP
    EXECUTE format('CREATE STATISTICS %s %s FROM %s', r.statistics, r.definition, v_leaf);
  END LOOP;
  PERFORM prisma_partition.carry_storage(p_parent, p_leaf);
END
$fn$;
