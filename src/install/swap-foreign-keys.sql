-- Foreign keys, in the swap. Outgoing ones are not on the copy before it, for they would make the application's own
-- deletes on the referenced table fail on rows that are not replayed yet. A small table gets them validated at once. For
-- a large one each partition gets its own, NOT VALID (no scan), and step `validate` makes them one on the parent later:
-- NOT VALID on a partitioned table itself fails before PostgreSQL 18. From now on they are enforced either way.
-- Incoming ones (they contain the partition key, or cutover is refused) are pointed at the new table, NOT VALID.
CREATE OR REPLACE FUNCTION prisma_partition.swap_foreign_keys(t prisma_partition.tables)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  k record; v_leaf oid; v_small boolean := pg_table_size(t.plain) <= 64 * 1024 * 1024; v_definition text;
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
  END LOOP;
  FOR k IN SELECT c.*, pg_get_constraintdef(c.oid) AS definition FROM pg_constraint c WHERE c.contype = 'f' AND c.confrelid = t.plain AND c.conparentid = 0 LOOP
    v_definition := replace(regexp_replace(k.definition, ' NOT VALID$', ''), ' REFERENCES ' || t.plain::regclass || '(', ' REFERENCES ' || t.partitioned::regclass || '(');
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname);
    EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s NOT VALID', k.conrelid::regclass, k.conname, v_definition);
  END LOOP;
END
$fn$;
