-- The relations that repoint_statements changes, in the order of their oids. To be locked before the tables themselves, as
-- who reads a view locks the view first.
CREATE OR REPLACE FUNCTION prisma_partition.repoint_relations(p_from oid)
RETURNS oid[] LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT coalesce(array_agg(DISTINCT d.relation ORDER BY d.relation), '{}')
  FROM prisma_partition.dependents(p_from) d JOIN pg_class c ON c.oid = d.relation AND c.relpersistence <> 't'
$fn$;
