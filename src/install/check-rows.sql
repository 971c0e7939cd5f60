-- Verifies before the swap, without a lock on the live table, and refuses while anything differs.
CREATE OR REPLACE FUNCTION prisma_partition.check_rows(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET row_security = off AS $fn$
DECLARE
  t prisma_partition.tables; v_found text;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  SELECT string_agg(format('%s: %s rows here, %s there', v.partition, v.source_rows, v.target_rows), E'\n') INTO v_found
  FROM prisma_partition.verify(p_table) v WHERE NOT v.matches;
  IF v_found IS NOT NULL THEN
    RAISE EXCEPTION 'prisma-partition: %.% and % differ; the swap is refused', t.schema_name, t.table_name,
      CASE t.stage WHEN 'setup' THEN 'its partitioned copy' ELSE 'the old table' END
      USING ERRCODE = 'data_exception', DETAIL = v_found,
        HINT = format('Nothing was changed. npx prisma-partition verify %s names the rows. If capture was switched off or entries of the log were lost, SELECT prisma_partition.restart_capture(%L, %L) mends it.',
          t.model, t.schema_name, t.table_name);
  END IF;
END
$fn$;
