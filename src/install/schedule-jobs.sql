-- Schedules a table's jobs with pg_cron, where it is used, and removes those it ought not to have any more. Scheduling a
-- name again replaces it. In cron.job only until the migration commits, like all else.
CREATE OR REPLACE FUNCTION prisma_partition.schedule_jobs(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables; v_job bigint; r record;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  IF t.scheduler <> 'pg_cron' OR t.stage = 'cleanup' THEN PERFORM prisma_partition.unschedule(t); END IF;
  FOR r IN SELECT * FROM prisma_partition.jobs_of(t) LOOP
    v_job := cron.schedule(r.name, r.schedule, r.command);
    IF t.cron_nodename IS NOT NULL THEN
      UPDATE cron.job SET nodename = t.cron_nodename WHERE jobid = v_job;
    END IF;
  END LOOP;
END
$fn$;
