-- Name of a table's job in cron.job.
CREATE OR REPLACE FUNCTION prisma_partition.job_name(t prisma_partition.tables, p_kind text)
RETURNS text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT format('prisma_partition %s %I.%I', p_kind, t.schema_name, t.table_name)
$fn$;
