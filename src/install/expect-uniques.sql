-- Gives the primary key and the uniques of the copy the names that the model now states, so that Prisma sees no drift.
-- Refuses a model whose columns or their order are not what was built.
--   p_expected  [{"kind": "id" | "unique", "name": "", "columns": []}]
CREATE OR REPLACE FUNCTION prisma_partition.expect_uniques(p_table integer, p_expected jsonb)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables; e record; i prisma_partition.indexes; v_schema text;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  v_schema := t.schema_name || '_partitioned';
  FOR e IN SELECT x ->> 'name' AS name, x ->> 'kind' AS kind, ARRAY(SELECT jsonb_array_elements_text(x -> 'columns')) AS columns
    FROM jsonb_array_elements(p_expected) x
  LOOP
    SELECT * INTO i FROM prisma_partition.indexes x WHERE x.table_id = t.id AND x.is_unique AND x.columns = e.columns
      AND (e.kind = 'unique' OR x.contype = 'p') LIMIT 1;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'prisma-partition: the model has %(%), the partitioned table has %', CASE e.kind WHEN 'id' THEN '@@id' ELSE '@@unique' END,
        array_to_string(e.columns, ', '),
        (SELECT string_agg(format('(%s)', array_to_string(x.columns, ', ')), ', ') FROM prisma_partition.indexes x WHERE x.table_id = t.id AND x.is_unique)
        USING ERRCODE = 'object_not_in_prerequisite_state',
          HINT = 'Nothing was changed. State the columns in the model in the order they have in the table: the old ones, then the partition key.';
    END IF;
    IF i.name <> e.name THEN
      EXECUTE format('ALTER INDEX %I.%I RENAME TO %I', v_schema, i.name, e.name);
      UPDATE prisma_partition.indexes SET name = e.name WHERE table_id = t.id AND ordinal = i.ordinal;
    END IF;
  END LOOP;
END
$fn$;
