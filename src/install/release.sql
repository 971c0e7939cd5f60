-- Lets go of a table after cleanup: it stays partitioned as it is, and its jobs end. A table that pg_partman maintains
-- stays in its configuration, for its own scheduled maintenance. Locks nothing of the application's.
CREATE OR REPLACE FUNCTION prisma_partition.release(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables;
BEGIN
  t := prisma_partition.claim_table(p_table, 'cleanup');
  PERFORM prisma_partition.unschedule(t);
  IF t.maintenance = 'partman' THEN
    EXECUTE format('UPDATE %s.part_config SET automatic_maintenance = ''on'' WHERE parent_table = $1', prisma_partition.partman_schema())
    USING t.schema_name || '.' || t.table_name;
  END IF;
  DELETE FROM prisma_partition.tables WHERE id = t.id;
  PERFORM prisma_partition.drop_empty_schemas(t);
END
$fn$;
