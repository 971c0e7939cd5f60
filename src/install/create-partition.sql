-- Creates one partition for [p_lower, p_upper), points of the axis, beside its parent: through pg_partman where it
-- maintains the table, which expects its own names there. Else it is made as a table of its own and attached, because
-- ATTACH takes less of a lock than CREATE … PARTITION OF while nobody uses the table yet. A default
-- partition is locked ACCESS EXCLUSIVE and scanned for rows that belong here: there must be none.
CREATE OR REPLACE FUNCTION prisma_partition.create_partition(t prisma_partition.tables, p_lower text, p_upper text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
DECLARE
  v_schema text := prisma_partition.schema_of(t.partitioned); v_leaf text;
BEGIN
  -- Where the application inserts: a row that waits for the default partition has been routed there, and would fail when
  -- it gets it. One that waits for the parent is routed afterwards.
  IF t.stage <> 'setup' THEN PERFORM prisma_partition.lock_relations(ARRAY[t.partitioned], 'ACCESS EXCLUSIVE'); END IF;
  IF t.maintenance = 'partman' THEN
    EXECUTE format('SELECT %s.create_partition_time($1, ARRAY[$2::timestamptz])', prisma_partition.partman_schema())
    USING v_schema || '.' || t.table_name, p_lower;
    PERFORM prisma_partition.carry_to_partition(t.partitioned, max(inhrelid)) FROM pg_inherits WHERE inhparent = t.partitioned;
    RETURN;
  END IF;
  v_leaf := format('%I.%I', v_schema, prisma_partition.leaf_name(t.table_name, '_p' ||
    CASE WHEN t.key_kind = 'integer' THEN p_lower
         WHEN t.partition_interval::interval < interval '1 day' THEN to_char(p_lower::timestamptz, 'YYYYMMDD_HH24MI')
         ELSE to_char(p_lower::timestamptz, CASE WHEN p_lower::timestamptz < '0001-01-01' THEN 'YYYYMMDD"bc"' ELSE 'YYYYMMDD' END) END));
  EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING ALL EXCLUDING INDEXES EXCLUDING IDENTITY)', v_leaf, t.partitioned::regclass);
  EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)', t.partitioned::regclass, v_leaf,
    prisma_partition.axis_to_bound(t.key_kind, p_lower), prisma_partition.axis_to_bound(t.key_kind, p_upper));
  PERFORM prisma_partition.carry_to_partition(t.partitioned, v_leaf::regclass);
END
$fn$;
