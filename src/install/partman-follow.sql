-- Tells pg_partman where the partitioned table is now, and whether its partitions expire: only while it is the live one.
-- `t` is as it will be, p_was the schema that the parent was in.
CREATE OR REPLACE FUNCTION prisma_partition.partman_follow(t prisma_partition.tables, p_was text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  IF t.maintenance <> 'partman' THEN RETURN; END IF;
  EXECUTE format('UPDATE %s.part_config SET parent_table = $2, premake = $3, retention = $4, retention_keep_table = $5, retention_schema = $6
    WHERE parent_table = $1', prisma_partition.partman_schema())
  USING p_was || '.' || t.table_name, prisma_partition.schema_of(t.partitioned) || '.' || t.table_name, t.premake,
    CASE WHEN t.stage <> 'setup' THEN t.retention END, t.on_expire = 'detach',
    CASE WHEN t.on_expire = 'detach' THEN t.schema_name || '_partitioned' END;
END
$fn$;
