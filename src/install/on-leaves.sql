-- A statement written out for each partition, {} being its name; of a plain table for the table itself. Null where there
-- is none.
CREATE OR REPLACE FUNCTION prisma_partition.on_leaves(p_relation oid, p_statement text)
RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT string_agg(replace(p_statement, '{}', l::text), '; ' ORDER BY l::oid) FROM prisma_partition.leaves_of(p_relation) l
$fn$;
