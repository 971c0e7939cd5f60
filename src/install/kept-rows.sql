-- A condition on the rows of the old table (`s`) that leaves out what has expired: it has them still, and nobody wants
-- them back. Before the first partition that is what the new table's default partition does not hold. `true` where
-- nothing expires.
CREATE OR REPLACE FUNCTION prisma_partition.kept_rows(t prisma_partition.tables)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
DECLARE
  v_first text; v_default oid; v_kept text; v_pair text[] := prisma_partition.pair_columns(t);
BEGIN
  IF t.stage <> 'cutover' OR t.retention IS NULL THEN RETURN 'true'; END IF;
  SELECT p.lower INTO v_first FROM prisma_partition.list_partitions(t.id) WITH ORDINALITY p
  WHERE NOT p.is_default ORDER BY p.ordinality LIMIT 1;
  IF v_first IS NULL THEN RETURN 'true'; END IF;
  v_kept := format('s.%I >= %L', t.key_column, prisma_partition.axis_to_bound(t.key_kind, v_first));
  SELECT partdefid INTO v_default FROM pg_partitioned_table WHERE partrelid = t.partitioned AND partdefid <> 0;
  RETURN CASE WHEN v_default IS NULL THEN v_kept ELSE format('(%s OR (%s) IN (SELECT %s FROM %s d))', v_kept,
    prisma_partition.join_columns(v_pair, 's.%I', ', '), prisma_partition.join_columns(v_pair, 'd.%I', ', '), v_default::regclass) END;
END
$fn$;
