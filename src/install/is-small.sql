-- Whether a table is so small that what is done in the background for large ones is done at once for it: at most
-- prisma_partition.small_table (64MB unless set), its TOAST included; where it would be done p_times as slowly, or under a
-- lock, at most that part of it.
CREATE OR REPLACE FUNCTION prisma_partition.is_small(p_relation oid, p_times integer DEFAULT 1)
RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT pg_table_size(p_relation) * p_times <= pg_size_bytes(coalesce(nullif(current_setting('prisma_partition.small_table', true), ''), '64MB'))
$fn$;
