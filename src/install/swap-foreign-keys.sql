-- Foreign keys, in the swap. Outgoing ones are not on the copy before it, for they would make the application's own
-- deletes on the referenced table fail on rows that are not replayed yet. A table of at most 8 MB gets them validated at
-- once (two of them on 52 MB held the lock for 250-300 ms; leaf by leaf, on 103 partitions, it is 25-35 ms). For
-- a large one each partition gets its own, NOT VALID (no scan), and step `validate` makes them one on the parent later:
-- NOT VALID on a partitioned table itself fails before PostgreSQL 18. From now on they are enforced either way.
-- Incoming ones (they contain the partition key, or cutover is refused) are pointed at the new table, NOT VALID; those of
-- a partitioned table are checked at once, for the same reason.
CREATE OR REPLACE FUNCTION prisma_partition.swap_foreign_keys(t prisma_partition.tables)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  k record; v_leaf oid; v_small boolean := prisma_partition.is_small(t.plain, 8); v_definition text;
BEGIN
  FOR k IN SELECT c.*, pg_get_constraintdef(c.oid) AS definition FROM pg_constraint c WHERE c.contype = 'f' AND c.conrelid = t.plain LOOP
    IF v_small AND k.convalidated OR current_setting('server_version_num')::integer >= 180000 THEN
      EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s%s', t.partitioned::regclass, k.conname,
        regexp_replace(k.definition, ' NOT VALID$', ''), CASE WHEN v_small AND k.convalidated THEN '' ELSE ' NOT VALID' END);
    ELSE
      FOR v_leaf IN SELECT inhrelid FROM pg_inherits WHERE inhparent = t.partitioned LOOP
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s NOT VALID', v_leaf::regclass, k.conname, regexp_replace(k.definition, ' NOT VALID$', ''));
      END LOOP;
    END IF;
    -- The old table must not have it any more: a row deleted here and then there, where it was referenced, would still
    -- stand in the old table, and the application's own DELETE would fail. The way back takes it from the new table.
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', t.plain::regclass, k.conname);
  END LOOP;
  FOR k IN SELECT c.*, pg_get_constraintdef(c.oid) AS definition, r.relkind FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
    WHERE c.contype = 'f' AND c.confrelid = t.plain AND c.conparentid = 0
  LOOP
    v_definition := replace(regexp_replace(k.definition, ' NOT VALID$', ''), ' REFERENCES ' || t.plain::regclass || '(', ' REFERENCES ' || t.partitioned::regclass || '(');
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname);
    EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s%s', k.conrelid::regclass, k.conname, v_definition,
      CASE WHEN k.relkind = 'p' AND current_setting('server_version_num')::integer < 180000 THEN '' ELSE ' NOT VALID' END);
  END LOOP;
END
$fn$;
