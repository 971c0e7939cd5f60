-- One piece of one side of a comparison: for each partition the number of rows and the sum of their hashes, to be added
-- up. Called in a REPEATABLE READ transaction whose snapshot is shared by all pieces, while one session holds ACCESS SHARE
-- on both tables (see begin_compare). The piece is [p_from, p_to) of the relation's blocks.
CREATE OR REPLACE FUNCTION prisma_partition.digest(p_table integer, p_relation text, p_from bigint, p_to bigint)
RETURNS TABLE (partition text, rows bigint, hash numeric)
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO'
SET extra_float_digits = 1 SET lc_monetary = 'C' SET quote_all_identifiers = off
SET jit = off SET row_security = off SET enable_sort = off AS $fn$
DECLARE
  t prisma_partition.tables; v_query text;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  v_query := prisma_partition.compare_side(t, p_relation::regclass, format('s.ctid >= ''(%s,0)'' AND s.ctid < ''(%s,0)''', p_from, p_to));
  PERFORM set_config('search_path', prisma_partition.operator_path(t.plain, prisma_partition.pair_columns(t)), true);
  RETURN QUERY EXECUTE format('SELECT format(''%%I.%%I'', n.nspname, c.relname), x.total, x.hash
    FROM (%s) x JOIN pg_class c ON c.oid = x.leaf JOIN pg_namespace n ON n.oid = c.relnamespace', v_query);
END
$fn$;
