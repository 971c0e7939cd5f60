-- Gives the primary key and the uniques of the table that will be live the names that the model now states, so that
-- Prisma sees no drift. Refuses a model whose columns or their order are not what that table has.
--   p_expected  [{"kind": "id" | "unique", "name": "", "columns": []}]
CREATE OR REPLACE FUNCTION prisma_partition.expect_uniques(p_table integer, p_expected jsonb)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables; e record; v_other oid; v_found text;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  v_other := prisma_partition.other_of(t);
  FOR e IN SELECT x ->> 'name' AS name, x ->> 'kind' AS kind, ARRAY(SELECT jsonb_array_elements_text(x -> 'columns')) AS columns
    FROM jsonb_array_elements(p_expected) x
  LOOP
    SELECT c.relname INTO v_found FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = v_other AND i.indisunique AND i.indisvalid AND i.indexprs IS NULL AND i.indpred IS NULL
      AND prisma_partition.index_columns(i.indexrelid) = e.columns AND i.indisprimary = (e.kind = 'id')
    ORDER BY c.relname <> e.name LIMIT 1;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'prisma-partition: the model has %(%), the table that is to take its place has %',
        CASE e.kind WHEN 'id' THEN '@@id' ELSE '@@unique' END, array_to_string(e.columns, ', '),
        (SELECT string_agg(format('(%s)', array_to_string(prisma_partition.index_columns(i.indexrelid), ', ')), ', ')
         FROM pg_index i WHERE i.indrelid = v_other AND i.indisunique)
        USING ERRCODE = 'object_not_in_prerequisite_state',
          HINT = CASE t.stage WHEN 'setup' THEN 'Nothing was changed. State the columns in the model in the order they have in the table: the old ones, then the partition key.'
            ELSE 'Nothing was changed. State the keys in the model as they were before the cutover.' END;
    END IF;
    IF v_found <> e.name THEN
      EXECUTE format('ALTER INDEX %I.%I RENAME TO %I', prisma_partition.schema_of(v_other), v_found, e.name);
      UPDATE prisma_partition.indexes x SET name = e.name WHERE x.table_id = t.id AND x.name = v_found AND t.stage = 'setup';
    END IF;
  END LOOP;
END
$fn$;
