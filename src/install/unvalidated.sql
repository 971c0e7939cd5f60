-- A foreign key that the swap left NOT VALID, as (table, name); null if there is none left.
CREATE OR REPLACE FUNCTION prisma_partition.unvalidated(t prisma_partition.tables)
RETURNS text[] LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT ARRAY[c.conrelid::regclass::text, c.conname::text] FROM pg_constraint c
  WHERE c.contype = 'f' AND (
    NOT c.convalidated AND (c.confrelid = t.partitioned OR c.conrelid = t.partitioned
      OR c.conrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = t.partitioned))
    -- on the partitions only: the parent still lacks it
    OR c.conparentid = 0 AND c.conrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = t.partitioned))
  ORDER BY c.convalidated, c.oid LIMIT 1
$fn$;
