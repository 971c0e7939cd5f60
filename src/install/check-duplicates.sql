-- Refuses a rollback while rows of the live table share what a unique of the old table allows once: since the cutover only
-- (that, partition key) is unique. Names them by identity. Reads the live table once for each such unique (ACCESS SHARE
-- only). One that is written after this is met in the swap, which then refuses as well.
CREATE OR REPLACE FUNCTION prisma_partition.check_duplicates(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET row_security = off AS $fn$
DECLARE
  t prisma_partition.tables; i record; v_line text; v_found text[] := '{}'; v_pair text;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  v_pair := prisma_partition.join_columns(prisma_partition.pair_columns(t), $c$%1$L || '=' || s.%1$I$c$, $c$ || ' ' || $c$);
  FOR i IN
    SELECT c.relname, pg_get_expr(x.indpred, x.indrelid) AS predicate, coalesce(to_jsonb(x) ->> 'indnullsnotdistinct', 'false')::boolean AS nulls_equal,
      (SELECT array_agg(pg_get_indexdef(x.indexrelid, n, false) ORDER BY n) FROM generate_series(1, x.indnkeyatts) n) AS keys
    FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
    WHERE x.indrelid = t.plain AND x.indisunique AND x.indisvalid AND NOT t.key_column = ANY (prisma_partition.index_columns(x.indexrelid))
    ORDER BY c.relname
  LOOP
    FOR v_line IN EXECUTE format(
      $sql$SELECT string_agg(%1$s, ' and ' ORDER BY %1$s) FROM %2$s s WHERE %3$s AND %4$s GROUP BY %5$s HAVING count(*) > 1 ORDER BY 1 LIMIT 10$sql$,
      v_pair, t.partitioned::regclass, coalesce('(' || i.predicate || ')', 'true'),
      CASE WHEN i.nulls_equal THEN 'true' ELSE (SELECT string_agg(format('(%s) IS NOT NULL', k), ' AND ') FROM unnest(i.keys) k) END,
      array_to_string(i.keys, ', '))
    LOOP
      v_found := v_found || format('%s (%s): %s', i.relname, array_to_string(i.keys, ', '), v_line);
    END LOOP;
  END LOOP;
  IF v_found <> '{}' THEN
    RAISE EXCEPTION 'prisma-partition: %.% has rows that the old table cannot hold beside each other; the rollback is refused', t.schema_name, t.table_name
      USING ERRCODE = 'unique_violation', DETAIL = array_to_string(v_found, E'\n'),
        HINT = 'Nothing was changed. Since the cutover these are unique only together with the partition key. Change or delete one row of each line, then deploy again.';
  END IF;
END
$fn$;
