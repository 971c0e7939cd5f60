-- Refuses the swap while a property of the table would be lost by it, or invented: names each, with the statement that
-- mends it. Takes no lock on the live table but ACCESS SHARE.
CREATE OR REPLACE FUNCTION prisma_partition.check_parity(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables; v_found text; v_problem text;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  SELECT string_agg(concat_ws(' ', p.kind, nullif(p.name, ''), CASE
      WHEN p.other_definition IS NULL THEN 'is missing' WHEN p.live_definition IS NULL THEN 'is not on the live table'
      ELSE format('is "%s", not "%s"', p.other_definition, p.live_definition) END) || coalesce(': ' || p.statement || ';', ''), E'\n')
  INTO v_found
  FROM prisma_partition.parity(p_table) p JOIN prisma_partition.property_kinds() k ON k.kind = p.kind
  -- What the swap brings is yet to come; what carry_properties brings must be there by now.
  WHERE p.state <> 'same' AND (k.brought_by IS DISTINCT FROM 'swap' OR p.state IN ('missing', 'differs', 'extra'));
  IF t.stage = 'setup' THEN
    v_problem := prisma_partition.refusal(t.plain, t.key_column, t.key_kind, t.identity_columns,
      coalesce((SELECT jsonb_agg(jsonb_build_object('columns', u.columns)) FROM prisma_partition.uniques u WHERE u.table_id = t.id), '[]'), t.weaken_unique);
  ELSE
    v_problem := array_to_string(ARRAY(SELECT prisma_partition.refuse_dependents(t.partitioned, t.key_column))
      || ARRAY(SELECT prisma_partition.refuse_unvalidated(t.partitioned)), E'\n');
  END IF;
  v_found := concat_ws(E'\n', v_found, nullif(v_problem, ''));
  IF v_found <> '' THEN
    RAISE EXCEPTION 'prisma-partition: % of %.% is not its equal; the swap is refused',
      CASE t.stage WHEN 'setup' THEN 'the partitioned copy' ELSE 'the old table' END, t.schema_name, t.table_name
      USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = v_found,
        HINT = format('Nothing was changed. Make both tables alike (the other one is %s), then deploy again.', prisma_partition.other_of(t)::regclass);
  END IF;
END
$fn$;
