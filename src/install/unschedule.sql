-- Removes the table's jobs, where pg_cron is installed.
CREATE OR REPLACE FUNCTION prisma_partition.unschedule(t prisma_partition.tables)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron') THEN
    PERFORM cron.unschedule(j.jobid) FROM cron.job j
    WHERE j.jobname IN (prisma_partition.job_name(t, 'backfill'), prisma_partition.job_name(t, 'maintenance'));
  END IF;
END
$fn$;
