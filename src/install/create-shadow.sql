-- Creates the partitioned shadow `<schema>_partitioned.<table>`, without indexes and partitions, from the live table's
-- own catalog entry, with what matters while rows are loaded and analyzed. Nobody reads or writes it before cutover.
CREATE OR REPLACE FUNCTION prisma_partition.create_shadow(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables; v_shadow text; v_place text;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  v_shadow := format('%I.%I', t.schema_name || '_partitioned', t.table_name);
  FOREACH v_place IN ARRAY ARRAY[t.schema_name || '_partitioned', t.schema_name || '_old'] LOOP
    -- IF NOT EXISTS would ask for the right to create them even where they are there.
    IF to_regnamespace(quote_ident(v_place)) IS NULL THEN EXECUTE format('CREATE SCHEMA %I', v_place); END IF;
  END LOOP;
  -- Partitions follow their parent in both; that it has an access method is new in PostgreSQL 17.
  SELECT CASE WHEN current_setting('server_version_num')::integer >= 170000 THEN format(' USING %I', m.amname) ELSE '' END
    || CASE WHEN s.spcname IS NOT NULL THEN format(' TABLESPACE %I', s.spcname) ELSE '' END
  INTO v_place
  FROM pg_class c JOIN pg_am m ON m.oid = c.relam LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace WHERE c.oid = t.plain;
  -- Extended statistics are carried, for they keep their names.
  EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING ALL EXCLUDING INDEXES EXCLUDING STATISTICS) PARTITION BY RANGE (%I)%s',
    v_shadow, t.plain::regclass, t.key_column, v_place);
  UPDATE prisma_partition.tables SET partitioned = to_regclass(v_shadow) WHERE id = t.id;
  PERFORM prisma_partition.carry(t.id, ARRAY['sequence', 'storage', 'compression', 'statistics target', 'column option', 'extended statistics']);
END
$fn$;
