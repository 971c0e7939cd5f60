-- Detaches or drops partitions that lie wholly before the retention's limit.
CREATE OR REPLACE FUNCTION prisma_partition.expire_partitions(t prisma_partition.tables)
RETURNS integer LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
DECLARE
  v_leaf text; v_limit text := prisma_partition.retention_limit(t); v_count integer := 0;
BEGIN
  IF v_limit IS NULL THEN RETURN 0; END IF;
  FOR v_leaf IN SELECT p.partition FROM prisma_partition.list_partitions(t.id) p
    WHERE NOT p.is_default AND prisma_partition.axis_compare(t.key_kind, p.upper, v_limit) <= 0
  LOOP
    EXECUTE format('ALTER TABLE %s DETACH PARTITION %s', t.partitioned::regclass, v_leaf);
    -- A detached table in a schema of the datasource would come back as DROP TABLE in the next `prisma migrate dev`.
    EXECUTE CASE t.on_expire WHEN 'drop' THEN format('DROP TABLE %s', v_leaf)
      ELSE format('ALTER TABLE %s SET SCHEMA %I', v_leaf, t.schema_name || '_partitioned') END;
    v_count := v_count + 1;
  END LOOP;
  RETURN v_count;
END
$fn$;
