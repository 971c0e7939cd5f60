-- A foreign key that the swap left NOT VALID, as (table, name); null if there is none left.
CREATE OR REPLACE FUNCTION prisma_partition.unvalidated(t prisma_partition.tables)
RETURNS text[] LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT ARRAY[c.conrelid::regclass::text, c.conname::text]
  FROM pg_constraint c CROSS JOIN prisma_partition.live_of(t) AS live
  WHERE c.contype = 'f' AND to_jsonb(c) ->> 'conenforced' IS DISTINCT FROM 'false' AND (
    NOT c.convalidated AND live IN (c.confrelid, c.conrelid)
    -- on the partitions only: the parent still lacks it
    OR c.conparentid = 0 AND c.conrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = live))
  ORDER BY c.convalidated, c.oid LIMIT 1
$fn$;
