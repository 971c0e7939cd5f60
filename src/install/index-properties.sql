-- A table's indexes, primary key and uniques, as properties, with their comments and the statistics targets of their
-- expressions, and what is marked on them: the replica identity and, in the partitions of a partitioned table, which one
-- it is clustered on. See index_pairs for what counts as the same.
CREATE OR REPLACE FUNCTION prisma_partition.index_properties(t prisma_partition.tables, p_relation oid)
RETURNS TABLE (kind text, name text, definition text, make text, remove text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_other oid := coalesce(prisma_partition.other_of(t), p_relation);
  v_table text := v_other::regclass;
  v_schema text := prisma_partition.schema_of(v_other);
  v_clustered oid[] := ARRAY(
    SELECT coalesce(h.inhparent, x.indexrelid) FROM prisma_partition.leaves_of(p_relation) l JOIN pg_index x ON x.indrelid = l AND x.indisclustered
    LEFT JOIN pg_inherits h ON h.inhrelid = x.indexrelid);
  v_replica "char" := (SELECT c.relreplident FROM pg_class c WHERE c.oid = p_relation);
  v_identity text := CASE v_replica WHEN 'f' THEN 'FULL' WHEN 'd' THEN 'DEFAULT' ELSE 'NOTHING' END; -- so it is when the index is gone
  v_identity_there text := v_identity;
  v_marks text[] := '{}'; v_mark oid;
  i record; v_parts text[]; v_named text; v_there text; v_comment text;
BEGIN
  FOR i IN
    SELECT p.*, CASE p_relation WHEN t.plain THEN p.plain ELSE p.partitioned END AS index,
      CASE p_relation WHEN t.plain THEN p.plain_definition ELSE p.partitioned_definition END AS text, k.oid AS constraint_oid,
      (SELECT count(*) = 2 FROM pg_constraint o WHERE o.conindid IN (p.plain, p.partitioned) AND o.conrelid IN (t.plain, t.partitioned) AND o.contype IN ('p', 'u')) AS constraints,
      CASE v_other WHEN t.plain THEN p.plain ELSE p.partitioned END AS index_there, x.indisreplident
    FROM prisma_partition.index_pairs(t) p
    JOIN pg_index x ON x.indexrelid = CASE p_relation WHEN t.plain THEN p.plain ELSE p.partitioned END
    LEFT JOIN pg_constraint k ON k.conindid = CASE p_relation WHEN t.plain THEN p.plain ELSE p.partitioned END AND k.conrelid = p_relation AND k.contype IN ('p', 'u', 'x')
  LOOP
    v_parts := regexp_match(i.text, '^(index(?= )|primary key|unique constraint|exclusion constraint) ((?<=index )UNIQUE )?(.*)$');
    kind := v_parts[1]; name := i.name; definition := concat(v_parts[2], v_parts[3]);
    v_named := CASE WHEN p_relation = v_other THEN i.name_there WHEN v_other = t.partitioned THEN i.target ELSE i.name END;
    v_there := quote_ident(v_schema) || '.' || quote_ident(i.name_there);
    IF kind = 'index' THEN
      make := format('CREATE %sINDEX ', v_parts[2]) || quote_ident(v_named) || format(' ON %s %s', v_table, v_parts[3]);
      remove := 'DROP INDEX ' || v_there;
    ELSE
      make := format('ALTER TABLE %s ADD CONSTRAINT ', v_table) || quote_ident(v_named) || ' ' || v_parts[3];
      remove := format('ALTER TABLE %s DROP CONSTRAINT ', v_table) || quote_ident(i.name_there);
    END IF;
    RETURN NEXT;
    IF v_replica = 'i' AND i.indisreplident THEN
      v_identity := 'USING INDEX ' || quote_ident(i.name);
      v_identity_there := 'USING INDEX ' || quote_ident(i.name_there);
    END IF;
    IF i.index = ANY (v_clustered) THEN
      v_mark := i.index_there;
      v_marks := v_marks || array_fill(i.name, ARRAY[cardinality(array_positions(v_clustered, i.index))]);
    END IF;
    CONTINUE WHEN i.plain IS NULL OR i.partitioned IS NULL; -- the rest of it comes, or goes, with the index

    v_comment := obj_description(i.index, 'pg_class');
    IF v_comment IS NOT NULL THEN
      kind := 'comment'; name := 'index ' || i.name; definition := v_comment;
      make := format('COMMENT ON INDEX %s IS %L', v_there, v_comment);
      remove := format('COMMENT ON INDEX %s IS NULL', v_there);
      RETURN NEXT;
    END IF;
    v_comment := obj_description(i.constraint_oid, 'pg_constraint');
    IF v_comment IS NOT NULL AND i.constraints THEN
      kind := 'comment'; name := 'constraint ' || i.name; definition := v_comment;
      make := format('COMMENT ON CONSTRAINT %I ON %s IS %L', i.name_there, v_table, v_comment);
      remove := format('COMMENT ON CONSTRAINT %I ON %s IS NULL', i.name_there, v_table);
      RETURN NEXT;
    END IF;
    RETURN QUERY
      SELECT 'index statistics', format('%s %s', i.name, a.attnum), a.attstattarget::text,
        format('ALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s', v_there, a.attnum, a.attstattarget),
        format('ALTER INDEX %s ALTER COLUMN %s SET STATISTICS -1', v_there, a.attnum)
      FROM pg_attribute a WHERE a.attrelid = i.index AND coalesce(a.attstattarget, -1) >= 0;
  END LOOP;

  kind := 'replica identity'; name := ''; definition := v_identity; remove := NULL;
  make := format('ALTER TABLE %s REPLICA IDENTITY ', v_table) || v_identity_there;
  RETURN NEXT;
  IF v_marks <> '{}' THEN
    kind := 'cluster'; definition := prisma_partition.in_all(v_marks, (SELECT count(*) FROM prisma_partition.leaves_of(p_relation)));
    make := (SELECT string_agg(format('ALTER TABLE %s CLUSTER ON %I', l, k.relname), '; ') FROM prisma_partition.leaves_of(v_other) l
      JOIN pg_index x ON x.indrelid = l JOIN pg_class k ON k.oid = x.indexrelid LEFT JOIN pg_inherits h ON h.inhrelid = k.oid
      WHERE coalesce(h.inhparent, k.oid) = v_mark);
    remove := prisma_partition.on_leaves(v_other, 'ALTER TABLE {} SET WITHOUT CLUSTER');
    RETURN NEXT;
  END IF;
END
$fn$;
