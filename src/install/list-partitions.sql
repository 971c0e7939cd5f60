-- The partitions of a table with their bounds as points of the axis (lower inclusive, upper exclusive), in order; the
-- default partition last. Bounds are read from the catalog, never from names.
CREATE OR REPLACE FUNCTION prisma_partition.list_partitions(p_table integer)
RETURNS TABLE (partition text, is_default boolean, lower text, upper text, rows_estimated bigint, total_bytes bigint)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
DECLARE
  t prisma_partition.tables; r record;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  FOR r IN
    SELECT x.* FROM (
      SELECT c.oid AS leaf, greatest(c.reltuples, 0)::bigint AS tuples, b.bound,
        prisma_partition.axis_from_bound(t.key_kind, nullif((regexp_match(b.bound, 'FROM \(''?(.*?)''?\) TO'))[1], 'MINVALUE')) AS point,
        prisma_partition.axis_from_bound(t.key_kind, nullif((regexp_match(b.bound, 'TO \(''?(.*?)''?\)$'))[1], 'MAXVALUE')) AS ends
      FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid
      CROSS JOIN LATERAL pg_get_expr(c.relpartbound, c.oid) AS b(bound)
      WHERE h.inhparent = t.partitioned
    ) x
    ORDER BY CASE WHEN t.key_kind = 'integer' THEN x.point::numeric ELSE extract(epoch FROM x.point::timestamptz) END NULLS LAST
  LOOP
    partition := r.leaf::regclass; is_default := r.bound = 'DEFAULT'; lower := r.point; upper := r.ends;
    rows_estimated := r.tuples; total_bytes := pg_total_relation_size(r.leaf);
    RETURN NEXT;
  END LOOP;
END
$fn$;
