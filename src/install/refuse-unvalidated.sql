-- Foreign keys, in either direction, that are NOT VALID: rows may break them, and step `validate` would fail on those after
-- the swap, at every turn, before anything is drained. Not those that a swap itself has left so, of this table or of one
-- that was converted as well: they were valid before. Nor those of the table to itself, see refuse_foreign_keys.
CREATE OR REPLACE FUNCTION prisma_partition.refuse_unvalidated(p_table oid)
RETURNS SETOF text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT format('foreign key %I on %s is NOT VALID, but would be checked on every row after the swap; mend the rows that break it, or drop it; run: ALTER TABLE %2$s VALIDATE CONSTRAINT %1$I',
    c.conname, c.conrelid::regclass)
  FROM pg_constraint c
  WHERE c.contype = 'f' AND c.conparentid = 0 AND NOT c.convalidated AND to_jsonb(c) ->> 'conenforced' IS DISTINCT FROM 'false'
    AND p_table IN (c.conrelid, c.confrelid) AND c.conrelid <> c.confrelid
    AND NOT EXISTS (SELECT FROM prisma_partition.tables x CROSS JOIN prisma_partition.live_of(x) AS live WHERE x.step = 'validate'
      AND (live IN (c.conrelid, c.confrelid) OR c.conrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = live)))
  ORDER BY c.conrelid::regclass::text, c.conname
$fn$;
