-- Compares the live table with the other one (before cutover: the plain table with its partitioned copy; after it: the
-- partitioned table with the old one kept for the way back), exactly, in one snapshot, under live writes. ACCESS SHARE
-- only; costs some 22 × count(*) of both. `pending` identities are left out of both counts: the log still has to replay
-- them. Nothing that the session has set can hide a difference: what is compared as text (arrays, ranges, composites)
-- keeps its last digit, and money its cents.
-- How many buckets the keys fall into nobody can tell the planner: it would sort the rows instead of hashing them.
CREATE OR REPLACE FUNCTION prisma_partition.verify(p_table integer)
RETURNS TABLE (partition text, lower text, upper text, source_rows bigint, target_rows bigint, pending bigint, matches boolean)
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO'
SET extra_float_digits = 1 SET lc_monetary = 'C' SET quote_all_identifiers = off
SET jit = off SET row_security = off SET enable_sort = off AS $fn$
DECLARE
  t prisma_partition.tables := prisma_partition.begin_compare(p_table);
BEGIN
  PERFORM set_config('search_path', prisma_partition.operator_path(t.plain, prisma_partition.pair_columns(t)), true);
  RETURN QUERY EXECUTE prisma_partition.compare_query(t) USING t.id;
END
$fn$;
