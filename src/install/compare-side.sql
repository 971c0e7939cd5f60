-- One side of a comparison, as a query: for each partition (its oid) the number of rows and the sum of their hashes. Rows
-- of the plain table are put where their key belongs, those of the partitioned one, or of one of its partitions, where
-- they are: so a row in a wrong partition shows as two that differ. Sums add up, so both sides may be read in pieces:
-- p_range is a condition on `s` (on its ctid, see digest).
--
-- Why live writes never show. A writer's change and its entry on the log commit together, and so do a drain's change of
-- the other table and the removal of the entry. So in any one snapshot, a row whose pair is not on the log is the same on
-- both sides; those whose pair is are left out on both, and counted as pending. After a TRUNCATE that is every row.
CREATE OR REPLACE FUNCTION prisma_partition.compare_side(t prisma_partition.tables, p_relation oid, p_range text DEFAULT 'true')
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  RETURN (
    SELECT format('SELECT %1$s AS leaf, count(*) AS total, sum(%2$s) AS hash FROM %3$s s
        WHERE %4$s AND NOT %5$s AND NOT EXISTS (SELECT FROM prisma_partition.%6$I l WHERE %7$s) AND %8$s GROUP BY 1',
      CASE p_relation WHEN t.plain THEN prisma_partition.bucket_expression(t) ELSE 's.tableoid' END,
      prisma_partition.row_hash(p_relation),
      CASE p_relation WHEN t.partitioned THEN '' ELSE 'ONLY ' END || p_relation::regclass,
      p_range,
      prisma_partition.truncated_expression(t),
      'log_' || t.id,
      prisma_partition.join_columns(prisma_partition.pair_columns(t), 'l.%1$I = s.%1$I', ' AND '),
      CASE p_relation WHEN t.plain THEN prisma_partition.kept_rows(t) ELSE 'true' END)
  );
END
$fn$;
