-- The query that compares both sides of a table, partition by partition, in one statement, so in one snapshot: see
-- compare_side.
CREATE OR REPLACE FUNCTION prisma_partition.compare_query(t prisma_partition.tables)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  RETURN (
    SELECT format($sql$
      WITH live AS (%1$s), other AS (%2$s), pending AS (%3$s)
      SELECT p.partition, p.lower, p.upper, coalesce(a.total, 0)::bigint, coalesce(b.total, 0)::bigint, coalesce(c.total, 0)::bigint,
        coalesce(a.total, 0) = coalesce(b.total, 0) AND a.hash IS NOT DISTINCT FROM b.hash
      FROM prisma_partition.list_partitions($1) WITH ORDINALITY p
      LEFT JOIN live a ON a.leaf = p.partition::regclass
      LEFT JOIN other b ON b.leaf = p.partition::regclass
      LEFT JOIN pending c ON c.leaf = p.partition::regclass
      ORDER BY p.ordinality
    $sql$, prisma_partition.compare_side(t, prisma_partition.live_of(t)), prisma_partition.compare_side(t, prisma_partition.other_of(t)),
      prisma_partition.pending_query(t))
  );
END
$fn$;
