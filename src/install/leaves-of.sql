-- The tables that hold a table's rows: its partitions, or itself.
CREATE OR REPLACE FUNCTION prisma_partition.leaves_of(p_relation oid)
RETURNS SETOF regclass LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = p_relation
  UNION ALL
  SELECT oid::regclass FROM pg_class WHERE oid = p_relation AND relkind <> 'p'
$fn$;
