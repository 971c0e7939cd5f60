-- Foreign keys, in the swap. Outgoing ones are not on the table that follows, for they would make the application's own
-- deletes on the referenced table fail on rows that are not replayed yet. A table of at most 8 MB gets them validated at
-- once (two of them on 52 MB held the lock for 250-300 ms); a large one gets them NOT VALID (no scan) and step `validate`
-- does the rest. Before PostgreSQL 18 a partitioned table cannot have one NOT VALID: there each partition gets its own
-- (25-35 ms for 103 partitions) and step `validate` makes them one on the parent. They are enforced either way.
-- Incoming ones (they contain the partition key, or the swap is refused) are pointed at the new table, NOT VALID unless the
-- referencing table is as small; those of a partitioned table are checked at once, for the same reason.
CREATE OR REPLACE FUNCTION prisma_partition.swap_foreign_keys(t prisma_partition.tables, p_from oid, p_to oid)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  k record; v_leaf oid; v_definition text; v_by_leaf boolean;
  v_small boolean := prisma_partition.is_small(t.plain, 8);
  v_modern boolean := current_setting('server_version_num')::integer >= 180000;
BEGIN
  FOR k IN -- a partitioned one's stand on its partitions until they are validated
    SELECT DISTINCT ON (c.conname) c.conname, c.convalidated, regexp_replace(pg_get_constraintdef(c.oid), ' NOT VALID$', '') AS definition,
      obj_description(c.oid, 'pg_constraint') AS comment
    FROM pg_constraint c
    WHERE c.contype = 'f' AND c.conparentid = 0
      AND (c.conrelid = p_from OR c.conrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = p_from))
    ORDER BY c.conname, c.convalidated
  LOOP
    v_by_leaf := p_to = t.partitioned AND NOT v_modern AND NOT (v_small AND k.convalidated);
    FOR v_leaf IN SELECT p_to WHERE NOT v_by_leaf UNION ALL SELECT inhrelid FROM pg_inherits WHERE inhparent = p_to AND v_by_leaf LOOP
      EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s%s', v_leaf::regclass, k.conname, k.definition,
        CASE WHEN v_small AND k.convalidated THEN '' ELSE ' NOT VALID' END);
      IF k.comment IS NOT NULL THEN EXECUTE format('COMMENT ON CONSTRAINT %I ON %s IS %L', k.conname, v_leaf::regclass, k.comment); END IF;
    END LOOP;
    -- The table that follows must not have it: a row deleted here and then there, where it was referenced, would still
    -- stand there, and the application's own DELETE would fail. The way back takes it from here.
    FOR v_leaf IN SELECT conrelid FROM pg_constraint c WHERE contype = 'f' AND conparentid = 0 AND c.conname = k.conname
      AND (conrelid = p_from OR conrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = p_from))
    LOOP
      EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', v_leaf::regclass, k.conname);
    END LOOP;
  END LOOP;
  FOR k IN SELECT c.*, pg_get_constraintdef(c.oid) AS definition, obj_description(c.oid, 'pg_constraint') AS comment, r.relkind FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
    WHERE c.contype = 'f' AND c.confrelid = p_from AND c.conparentid = 0
  LOOP
    v_definition := replace(regexp_replace(k.definition, ' NOT VALID$', ''), ' REFERENCES ' || p_from::regclass || '(', ' REFERENCES ' || p_to::regclass || '(');
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname);
    EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s%s', k.conrelid::regclass, k.conname, v_definition,
      CASE WHEN k.relkind = 'p' AND NOT v_modern OR k.convalidated AND prisma_partition.is_small(k.conrelid, 8) THEN '' ELSE ' NOT VALID' END);
    IF k.comment IS NOT NULL THEN EXECUTE format('COMMENT ON CONSTRAINT %I ON %s IS %L', k.conname, k.conrelid::regclass, k.comment); END IF;
  END LOOP;
END
$fn$;
