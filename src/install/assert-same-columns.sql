-- Refuses to go on when the live table's columns were changed after setup: rows would lose what the shadow lacks.
-- Gives the statements that make the other table's columns the same, where there are any.
CREATE OR REPLACE FUNCTION prisma_partition.assert_same_columns(t prisma_partition.tables)
RETURNS void LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_difference text;
BEGIN
  SELECT string_agg(DISTINCT quote_ident(attname), ', ') INTO v_difference
  FROM (
    SELECT attname, atttypid, atttypmod, attnotnull, attcollation, attgenerated, count(*) AS sides
    FROM pg_attribute WHERE attrelid IN (t.plain, t.partitioned) AND attnum > 0 AND NOT attisdropped
    GROUP BY 1, 2, 3, 4, 5, 6
  ) c WHERE sides <> 2;
  IF v_difference IS NOT NULL THEN
    RAISE EXCEPTION 'prisma-partition: columns of %.% and its partitioned copy differ: %', t.schema_name, t.table_name, v_difference
      USING ERRCODE = 'object_not_in_prerequisite_state',
        DETAIL = (SELECT string_agg(p.statement || ';', E'\n') FROM prisma_partition.parity(t.id) p
          WHERE p.kind IN ('column', 'not null') AND p.state <> 'same'),
        HINT = format('The table was altered after %s. Make the same change on the other one, %s, and go on.', t.stage,
          (CASE t.stage WHEN 'setup' THEN t.partitioned ELSE t.plain END)::regclass);
  END IF;
END
$fn$;
