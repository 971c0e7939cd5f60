-- Undoes setup: the live table is as it was before, and nothing of the copy is left. ACCESS EXCLUSIVE on the live table
-- while its triggers are dropped, for milliseconds. No row of it is touched.
CREATE OR REPLACE FUNCTION prisma_partition.teardown(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables;
BEGIN
  t := prisma_partition.claim_table(p_table, 'setup');
  PERFORM prisma_partition.lock_relations(ARRAY[t.plain, t.partitioned], 'ACCESS EXCLUSIVE');
  PERFORM prisma_partition.unschedule(t);
  PERFORM prisma_partition.partman_forget(t);
  PERFORM prisma_partition.drop_machinery(t);
  PERFORM prisma_partition.drop_relation(t.partitioned);
  DELETE FROM prisma_partition.tables WHERE id = t.id;
  PERFORM prisma_partition.drop_empty_schemas(t);
END
$fn$;
