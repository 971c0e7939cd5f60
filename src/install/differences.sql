-- The rows in which a partition differs, by identity, bit for bit: `missing` from the copy, `extra` in it, or `changed`
-- (and in which columns). Pairs still on the log are left out, in the same snapshot. ACCESS SHARE only. At most p_limit.
CREATE OR REPLACE FUNCTION prisma_partition.differences(p_table integer, p_partition text, p_limit integer DEFAULT 100)
RETURNS TABLE (row_identity jsonb, difference text, columns text[])
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET jit = off SET row_security = off AS $fn$
DECLARE
  t prisma_partition.tables; v_pair text[]; v_bound text; v_identity text; v_cases text; v_live text := 'missing'; v_other text := 'extra';
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  v_pair := prisma_partition.pair_columns(t);
  IF t.stage = 'cutover' THEN v_live := 'extra'; v_other := 'missing'; END IF;
  -- The partition's own constraint says which rows of the plain table belong into it.
  v_bound := coalesce(pg_get_partition_constraintdef(to_regclass(p_partition)), 'true');
  v_identity := prisma_partition.join_columns(v_pair, '%1$L, coalesce(a.%1$I, b.%1$I)', ', ');
  SELECT string_agg(format('CASE WHEN record_image_ne(ROW(a.%1$I), ROW(b.%1$I)) THEN %1$L END', attname), ', ' ORDER BY attnum)
  INTO v_cases FROM pg_attribute WHERE attrelid = t.plain AND attnum > 0 AND NOT attisdropped;
  RETURN QUERY EXECUTE format($sql$
    SELECT jsonb_build_object(%1$s), CASE WHEN b.prisma_partition_row IS NULL THEN %2$L WHEN a.prisma_partition_row IS NULL THEN %3$L ELSE 'changed' END,
      CASE WHEN a.prisma_partition_row IS NOT NULL AND b.prisma_partition_row IS NOT NULL THEN array_remove(ARRAY[%4$s]::text[], NULL) END
    FROM (SELECT true AS prisma_partition_row, s.* FROM ONLY %5$s s WHERE %6$s AND %12$s) a
    FULL JOIN (SELECT true AS prisma_partition_row, s.* FROM %7$s s WHERE %12$s) b ON %8$s
    WHERE (a.prisma_partition_row IS NULL OR b.prisma_partition_row IS NULL OR ARRAY[%4$s]::text[] IS DISTINCT FROM array_fill(NULL::text, ARRAY[%9$s]))
      AND NOT EXISTS (SELECT FROM prisma_partition.%10$I l WHERE %11$s)
    ORDER BY 1 LIMIT $1
  $sql$, v_identity, v_live, v_other, v_cases, t.plain::regclass, v_bound, to_regclass(p_partition),
    prisma_partition.join_columns(v_pair, 'a.%1$I = b.%1$I', ' AND '),
    (SELECT count(*) FROM pg_attribute WHERE attrelid = t.plain AND attnum > 0 AND NOT attisdropped),
    'log_' || t.id, prisma_partition.join_columns(v_pair, 'l.%1$I = coalesce(a.%1$I, b.%1$I)', ' AND '),
    prisma_partition.kept_rows(t))
  USING p_limit;
END
$fn$;
