-- Creates the partitioned shadow `<schema>_partitioned.<table>`, without indexes and partitions, from the live table's
-- own catalog entry. Nobody reads or writes it before cutover.
CREATE OR REPLACE FUNCTION prisma_partition.create_shadow(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables; v_shadow text;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  v_shadow := format('%I.%I', t.schema_name || '_partitioned', t.table_name);
  EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I', t.schema_name || '_partitioned');
  EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I', t.schema_name || '_old');
  EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING ALL EXCLUDING INDEXES) PARTITION BY RANGE (%I)',
    v_shadow, t.plain::regclass, t.key_column);
  UPDATE prisma_partition.tables SET partitioned = to_regclass(v_shadow) WHERE id = t.id;
END
$fn$;
