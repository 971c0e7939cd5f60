-- Refuses the swap while a property of the table would be lost by it.
CREATE OR REPLACE FUNCTION prisma_partition.check_parity(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables; v_found text; v_problem text;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  SELECT string_agg(p, E'\n') INTO v_found FROM prisma_partition.parity(p_table) p;
  v_problem := prisma_partition.refusal(t.plain, t.key_column, t.key_kind, t.identity_columns,
    coalesce((SELECT jsonb_agg(jsonb_build_object('columns', u.columns)) FROM prisma_partition.uniques u WHERE u.table_id = t.id), '[]'));
  v_found := concat_ws(E'\n', v_found, v_problem);
  IF v_found <> '' THEN
    RAISE EXCEPTION 'prisma-partition: the partitioned copy of %.% is not its equal; the swap is refused', t.schema_name, t.table_name
      USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = v_found,
        HINT = 'Nothing was changed. Make both tables alike (the copy is ' || t.partitioned::regclass || '), then deploy again.';
  END IF;
  SELECT string_agg(format('%s on %s', quote_ident(c.conname), c.conrelid::regclass), ', ') INTO v_found
  FROM pg_constraint c WHERE c.contype = 'f' AND c.confrelid = t.plain
    AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = t.plain AND a.attname = t.key_column AND a.attnum = ANY (c.confkey));
  IF v_found IS NOT NULL THEN
    RAISE EXCEPTION 'prisma-partition: foreign keys that reference %.% without its partition key % cannot point at a partitioned table: %',
      t.schema_name, t.table_name, t.key_column, v_found
      USING ERRCODE = 'feature_not_supported',
        HINT = 'Nothing was changed. Drop them, or make them reference the compound key that contains the partition key.';
  END IF;
END
$fn$;
