-- A statement written out for a table and, if it is partitioned, for each of its partitions; {} is the name.
CREATE OR REPLACE FUNCTION prisma_partition.on_table(p_relation oid, p_statement text)
RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT concat_ws('; ', CASE c.relkind WHEN 'p' THEN replace(p_statement, '{}', p_relation::regclass::text) END,
    prisma_partition.on_leaves(p_relation, p_statement))
  FROM pg_class c WHERE c.oid = p_relation
$fn$;
