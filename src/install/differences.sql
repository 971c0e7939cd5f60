-- The rows in which a partition differs, by identity, bit for bit: `missing` from the other table, `extra` in it, or
-- `changed` (and in which columns). A row in a wrong partition is `extra` there and `missing` from the right one. Pairs on
-- the log are left out, in the same snapshot. ACCESS SHARE only; each side of the partition is read once. At most p_limit.
CREATE OR REPLACE FUNCTION prisma_partition.differences(p_table integer, p_partition text, p_limit integer DEFAULT 100)
RETURNS TABLE (row_identity jsonb, difference text, columns text[])
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET intervalstyle = 'postgres'
SET extra_float_digits = 1 SET bytea_output = 'hex' SET jit = off SET row_security = off SET enable_nestloop = off AS $fn$
DECLARE
  t prisma_partition.tables := prisma_partition.begin_compare(p_table);
  v_pair text[] := prisma_partition.pair_columns(t);
  v_leaf oid := (SELECT inhrelid FROM pg_inherits WHERE inhparent = t.partitioned AND inhrelid = to_regclass(p_partition));
  v_columns text[];
BEGIN
  IF v_leaf IS NULL THEN
    RAISE EXCEPTION 'prisma-partition: % is no partition of %.%', p_partition, t.schema_name, t.table_name
      USING ERRCODE = 'undefined_table', HINT = 'Partitions move with a swap, and expire. Run verify again.';
  END IF;
  SELECT array_agg(attname::text ORDER BY attnum) INTO v_columns FROM pg_attribute WHERE attrelid = t.plain AND attnum > 0 AND NOT attisdropped;
  PERFORM set_config('search_path', prisma_partition.operator_path(t.plain, prisma_partition.pair_columns(t)), true);
  RETURN QUERY EXECUTE format($sql$
    SELECT jsonb_build_object(%1$s),
      CASE WHEN %2$s.%3$I IS NULL THEN 'missing' WHEN %4$s.%3$I IS NULL THEN 'extra' ELSE 'changed' END,
      CASE WHEN a.%3$I IS NOT NULL AND b.%3$I IS NOT NULL THEN array_remove(ARRAY[%5$s]::text[], NULL) END
    FROM (SELECT s.* FROM ONLY %6$s s WHERE %7$s AND %8$s) a FULL JOIN %9$s b ON %10$s
    WHERE record_image_ne(ROW(%11$s), ROW(%12$s))
      AND NOT (SELECT EXISTS (SELECT FROM prisma_partition.%13$I l WHERE l.%3$I IS NULL))
      AND NOT EXISTS (SELECT FROM prisma_partition.%13$I l WHERE %14$s)
    ORDER BY 1 LIMIT $1
  $sql$, prisma_partition.join_columns(v_pair, '%1$L, coalesce(a.%1$I, b.%1$I)', ', '),
    CASE t.stage WHEN 'setup' THEN 'b' ELSE 'a' END, v_pair[1], CASE t.stage WHEN 'setup' THEN 'a' ELSE 'b' END,
    prisma_partition.join_columns(v_columns, 'CASE WHEN record_image_ne(ROW(a.%1$I), ROW(b.%1$I)) THEN %1$L END', ', '),
    t.plain::regclass,
    -- The partition's own constraint says which rows of the plain table belong into it.
    coalesce(pg_get_partition_constraintdef(v_leaf), 'true'), prisma_partition.kept_rows(t), v_leaf::regclass,
    prisma_partition.join_columns(v_pair, 'a.%1$I = b.%1$I', ' AND '),
    prisma_partition.join_columns(v_columns, 'a.%1$I', ', '), prisma_partition.join_columns(v_columns, 'b.%1$I', ', '),
    'log_' || t.id, prisma_partition.join_columns(v_pair, 'l.%1$I = coalesce(a.%1$I, b.%1$I)', ' AND '))
  USING p_limit;
END
$fn$;
