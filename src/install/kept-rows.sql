-- A condition on the rows of the old table (`s`) that leaves out what has expired: it has them still, and nobody wants
-- them back. Of what lies before that point the new table has the rows that came later, in its default partition or in
-- partitions made for them. `true` where nothing has expired.
CREATE OR REPLACE FUNCTION prisma_partition.kept_rows(t prisma_partition.tables)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
DECLARE
  v_point text := CASE t.stage WHEN 'cutover' THEN prisma_partition.expired_up_to(t) END;
BEGIN
  IF v_point IS NULL THEN RETURN 'true'; END IF;
  RETURN format('(s.%1$I >= %2$L OR EXISTS (SELECT FROM %3$s d WHERE d.%1$I < %2$L AND %4$s))', t.key_column,
    prisma_partition.axis_to_bound(t.key_kind, v_point), t.partitioned::regclass,
    prisma_partition.join_columns(prisma_partition.pair_columns(t), 'd.%1$I = s.%1$I', ' AND '));
END
$fn$;
