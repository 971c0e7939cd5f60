-- The statement that locks what a comparison reads: for a transaction whose snapshot must be younger than its locks, and
-- LOCK TABLE as its first statement takes none. Refuses as begin_compare does; another text inside that transaction tells
-- that a swap came between.
CREATE OR REPLACE FUNCTION prisma_partition.compare_lock(p_table integer)
RETURNS text LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  RETURN (
    SELECT format('LOCK TABLE %s, %s IN ACCESS SHARE MODE', prisma_partition.live_of(t)::regclass, prisma_partition.other_of(t)::regclass)
    FROM prisma_partition.begin_compare(p_table) t
  );
END
$fn$;
