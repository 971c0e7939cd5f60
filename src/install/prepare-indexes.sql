-- Reads the plain table's indexes and creates their counterparts on the partitioned parent alone (ON ONLY: nothing is
-- built yet, and partitions created from now on get them at once), then cuts the building into one task per partition.
-- Names are final: those of the plain table, or, where the key had to be added, the name Prisma derives for the wider one.
CREATE OR REPLACE FUNCTION prisma_partition.prepare_indexes(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables; i record; v_ordinal integer := 0; v_columns text[]; v_name text; v_definition text; v_prefix text;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  DELETE FROM prisma_partition.indexes WHERE table_id = t.id;
  FOR i IN
    SELECT x.indexrelid, c.relname::text AS name, x.indisunique, k.contype::text AS contype, x.indexprs IS NULL AS plain_columns,
      pg_get_indexdef(x.indexrelid) AS definition, pg_get_constraintdef(k.oid) AS constraint_definition
    FROM pg_index x
    JOIN pg_class c ON c.oid = x.indexrelid
    LEFT JOIN pg_constraint k ON k.conindid = x.indexrelid AND k.conrelid = x.indrelid AND k.contype IN ('p', 'u')
    WHERE x.indrelid = t.plain AND x.indisvalid
    ORDER BY k.contype IS DISTINCT FROM 'p', x.indexrelid
  LOOP
    v_ordinal := v_ordinal + 1;
    v_columns := prisma_partition.index_columns(i.indexrelid);
    v_name := i.name;
    IF i.contype IS NOT NULL THEN
      v_definition := i.constraint_definition;
    ELSE
      v_prefix := format('CREATE %sINDEX %I ON %s ', CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END, i.name, t.plain::regclass);
      IF NOT starts_with(i.definition, v_prefix) THEN
        RAISE EXCEPTION 'prisma-partition: cannot read the definition of index %: %', i.name, i.definition;
      END IF;
      v_definition := substr(i.definition, length(v_prefix) + 1);
    END IF;
    IF i.indisunique AND NOT t.key_column = ANY (v_columns) THEN
      SELECT u.target_name, u.target_columns INTO v_name, v_columns
      FROM prisma_partition.uniques u WHERE u.table_id = t.id AND u.columns = v_columns;
      IF NOT FOUND THEN
        RAISE EXCEPTION 'prisma-partition: unique index % was created after setup and lacks the key %', i.name, t.key_column
          USING HINT = 'Drop it, or add the key to it.';
      END IF;
      v_definition := prisma_partition.widen_definition(i.indexrelid, v_definition, t.key_column);
    END IF;
    INSERT INTO prisma_partition.indexes (table_id, ordinal, name, contype, is_unique, definition, columns)
    VALUES (t.id, v_ordinal, v_name, i.contype, i.indisunique, v_definition, v_columns);
    IF i.contype IS NULL THEN
      EXECUTE format('CREATE %sINDEX %I ON ONLY %s %s', CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END, v_name,
        t.partitioned::regclass, v_definition);
    ELSE
      EXECUTE format('ALTER TABLE ONLY %s ADD CONSTRAINT %I %s', t.partitioned::regclass, v_name, v_definition);
    END IF;
  END LOOP;
  INSERT INTO prisma_partition.batches (table_id, step, partition)
  SELECT t.id, 'index', h.inhrelid::regclass FROM pg_inherits h WHERE h.inhparent = t.partitioned ORDER BY h.inhrelid;
  UPDATE prisma_partition.tables SET step = 'index' WHERE id = t.id;
END
$fn$;
