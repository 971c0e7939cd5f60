-- How many rows of each partition wait on the log: those that a comparison leaves out.
CREATE OR REPLACE FUNCTION prisma_partition.pending(p_table integer)
RETURNS TABLE (partition text, rows bigint)
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET jit = off SET row_security = off AS $fn$
DECLARE
  t prisma_partition.tables; v_query text;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  v_query := prisma_partition.pending_query(t);
  PERFORM set_config('search_path', prisma_partition.operator_path(t.plain, prisma_partition.pair_columns(t)), true);
  RETURN QUERY EXECUTE format('SELECT format(''%%I.%%I'', n.nspname, c.relname), x.total
    FROM (%s) x JOIN pg_class c ON c.oid = x.leaf JOIN pg_namespace n ON n.oid = c.relnamespace', v_query);
END
$fn$;
