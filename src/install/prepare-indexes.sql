-- Reads the plain table's indexes and creates their counterparts on the partitioned parent alone (ON ONLY: nothing is
-- built yet, and partitions created from now on get them at once), then cuts the building into one task per partition.
-- Names are final: those of the plain table, or, where the key had to be added, the name Prisma derives for the wider one.
CREATE OR REPLACE FUNCTION prisma_partition.prepare_indexes(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables; i record; v_ordinal integer := 0;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  DELETE FROM prisma_partition.indexes WHERE table_id = t.id;
  FOR i IN
    SELECT c.relname, x.indisunique, k.contype::text AS contype, w.*
    FROM pg_index x
    JOIN pg_class c ON c.oid = x.indexrelid
    LEFT JOIN pg_constraint k ON k.conindid = x.indexrelid AND k.conrelid = x.indrelid AND k.contype IN ('p', 'u')
    CROSS JOIN LATERAL prisma_partition.index_target(t, x.indexrelid) w
    WHERE x.indrelid = t.plain AND x.indisvalid
    ORDER BY k.contype IS DISTINCT FROM 'p', x.indexrelid
  LOOP
    v_ordinal := v_ordinal + 1;
    IF i.name IS NULL THEN
      RAISE EXCEPTION 'prisma-partition: unique index % was created after setup and lacks the key %', i.relname, t.key_column
        USING HINT = 'Drop it, or add the key to it.';
    END IF;
    INSERT INTO prisma_partition.indexes (table_id, ordinal, name, contype, is_unique, definition, columns)
    VALUES (t.id, v_ordinal, i.name, i.contype, i.indisunique, i.definition, i.columns);
    IF i.contype IS NULL THEN
      EXECUTE format('CREATE %sINDEX %I ON ONLY %s %s', CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END, i.name,
        t.partitioned::regclass, i.definition);
    ELSE
      EXECUTE format('ALTER TABLE ONLY %s ADD CONSTRAINT %I %s', t.partitioned::regclass, i.name, i.definition);
    END IF;
  END LOOP;
  IF NOT EXISTS (SELECT FROM prisma_partition.indexes x WHERE x.table_id = t.id AND x.is_unique AND x.columns @> t.identity_columns) THEN
    RAISE EXCEPTION 'prisma-partition: no unique index on (%) identifies the rows of %.% any more',
      array_to_string(t.identity_columns, ', '), t.schema_name, t.table_name
      USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Create it again, with its old name, and go on.';
  END IF;
  PERFORM prisma_partition.carry(t.id, ARRAY['index statistics']);
  -- The largest first: no session is left alone at the end with one that takes long.
  INSERT INTO prisma_partition.batches (table_id, step, partition)
  SELECT t.id, 'index', h.inhrelid::regclass FROM pg_inherits h WHERE h.inhparent = t.partitioned
  ORDER BY pg_relation_size(h.inhrelid) DESC, h.inhrelid;
  UPDATE prisma_partition.tables SET step = 'index' WHERE id = t.id;
END
$fn$;
