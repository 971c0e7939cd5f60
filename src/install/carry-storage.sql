-- Gives a partition what its parent cannot have: storage parameters and the index it is clustered on, and, while it is
-- empty, its place (tablespace, access method). They are the plain table's before cutover; afterwards those of the
-- partition that was made before this one. The statistics targets of index expressions are the parent's.
CREATE OR REPLACE FUNCTION prisma_partition.carry_storage(p_parent oid, p_leaf oid)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables; v_leaf text := p_leaf::regclass; v_model oid; v_clustered oid; m pg_class; c pg_class; r record;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE partitioned = p_parent;
  v_model := t.plain;
  IF t.stage <> 'setup' THEN
    SELECT h.inhrelid INTO v_model FROM pg_inherits h
    WHERE h.inhparent = p_parent AND h.inhrelid <> p_leaf AND h.inhrelid <> (SELECT partdefid FROM pg_partitioned_table WHERE partrelid = p_parent)
    ORDER BY h.inhrelid < p_leaf DESC, h.inhrelid DESC LIMIT 1;
    IF v_model IS NULL THEN RETURN; END IF;
  END IF;
  SELECT * INTO STRICT m FROM pg_class WHERE oid = v_model;
  SELECT * INTO STRICT c FROM pg_class WHERE oid = p_leaf;

  FOR r IN SELECT s.name, s.value FROM prisma_partition.storage_parameters(v_model) s
    WHERE NOT EXISTS (SELECT FROM prisma_partition.storage_parameters(p_leaf) l WHERE (l.name, l.value) = (s.name, s.value))
      AND (c.reltoastrelid <> 0 OR NOT starts_with(s.name, 'toast.'))
  LOOP
    EXECUTE format('ALTER TABLE %s SET (%s = %L)', v_leaf, r.name, r.value);
  END LOOP;
  IF pg_relation_size(p_leaf) = 0 THEN
    -- The parent's tablespace is that of partitions to come.
    IF c.reltablespace <> (SELECT reltablespace FROM pg_class WHERE oid = p_parent) THEN
      EXECUTE format('ALTER TABLE %s SET TABLESPACE %I', v_leaf, (SELECT coalesce(s.spcname, d.spcname) FROM pg_class p
        CROSS JOIN pg_database b JOIN pg_tablespace d ON d.oid = b.dattablespace LEFT JOIN pg_tablespace s ON s.oid = p.reltablespace
        WHERE p.oid = p_parent AND b.datname = current_database()));
    END IF;
    IF c.relam <> m.relam AND current_setting('server_version_num')::integer >= 150000 THEN
      EXECUTE format('ALTER TABLE %s SET ACCESS METHOD %I', v_leaf, (SELECT amname FROM pg_am WHERE oid = m.relam));
    END IF;
  END IF;
  SELECT x.indexrelid INTO v_clustered FROM pg_index x WHERE x.indrelid = v_model AND x.indisclustered;
  IF v_clustered IS NOT NULL THEN -- the parent's index, then this partition's share of it
    v_clustered := CASE v_model WHEN t.plain THEN (SELECT p.partitioned FROM prisma_partition.index_pairs(t) p WHERE p.plain = v_clustered)
      ELSE (SELECT h.inhparent FROM pg_inherits h WHERE h.inhrelid = v_clustered) END;
  END IF;
  FOR r IN SELECT k.relname FROM pg_inherits h JOIN pg_index x ON x.indexrelid = h.inhrelid JOIN pg_class k ON k.oid = x.indexrelid
    WHERE h.inhparent = v_clustered AND x.indrelid = p_leaf AND NOT x.indisclustered
  LOOP
    EXECUTE format('ALTER TABLE %s CLUSTER ON %I', v_leaf, r.relname);
  END LOOP;
  FOR r IN
    SELECT l.attrelid::regclass AS index, l.attnum, a.attstattarget FROM pg_index x JOIN pg_inherits h ON h.inhparent = x.indexrelid
    JOIN pg_index y ON y.indexrelid = h.inhrelid AND y.indrelid = p_leaf
    JOIN pg_attribute a ON a.attrelid = x.indexrelid JOIN pg_attribute l ON l.attrelid = h.inhrelid AND l.attnum = a.attnum
    WHERE x.indrelid = p_parent AND coalesce(a.attstattarget, -1) >= 0 AND l.attstattarget IS DISTINCT FROM a.attstattarget
  LOOP
    EXECUTE format('ALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s', r.index, r.attnum, r.attstattarget);
  END LOOP;
END
$fn$;
