-- Moves those partitions of a table into a schema that are not there yet. ACCESS EXCLUSIVE on each.
CREATE OR REPLACE FUNCTION prisma_partition.put_partitions(p_parent oid, p_schema text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_leaf oid; v_from text; v_index text;
BEGIN
  FOR v_leaf IN SELECT inhrelid FROM pg_inherits WHERE inhparent = p_parent AND prisma_partition.schema_of(inhrelid) <> p_schema LOOP
    v_from := prisma_partition.schema_of(v_leaf);
    -- PostgreSQL named the indexes of partitions that were made late. Cut to 63 bytes, such a name may be taken there.
    FOR v_index IN SELECT k.relname FROM pg_index x JOIN pg_class k ON k.oid = x.indexrelid
      WHERE x.indrelid = v_leaf AND to_regclass(format('%I.%I', p_schema, k.relname)) IS NOT NULL
    LOOP
      EXECUTE format('ALTER INDEX %I.%I RENAME TO %I', v_from, v_index, '_' || md5(format('%s %s', v_leaf, v_index)) || '_idx');
    END LOOP;
    EXECUTE format('ALTER TABLE %s SET SCHEMA %I', v_leaf::regclass, p_schema);
    PERFORM prisma_partition.put_statistics(v_leaf, v_from);
  END LOOP;
END
$fn$;
