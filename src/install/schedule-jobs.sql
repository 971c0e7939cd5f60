-- Schedules the two jobs with pg_cron, where it is used: the work (backfill before cutover, the way back after it) and
-- the maintenance. Scheduling a name again replaces it. In cron.job only until the migration commits, like all else.
CREATE OR REPLACE FUNCTION prisma_partition.schedule_jobs(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables; v_job bigint; r record;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  IF t.scheduler <> 'pg_cron' OR t.stage = 'cleanup' THEN PERFORM prisma_partition.unschedule(t); END IF;
  IF t.scheduler <> 'pg_cron' THEN RETURN; END IF;
  FOR r IN VALUES
    (prisma_partition.job_name(t, 'backfill'), t.backfill_schedule, format('CALL prisma_partition.work(%L, %L)', t.schema_name, t.table_name)),
    (prisma_partition.job_name(t, 'maintenance'), t.maintenance_schedule, format('SELECT prisma_partition.maintain(%L, %L)', t.schema_name, t.table_name))
  LOOP
    CONTINUE WHEN t.stage = 'cleanup' AND r.column1 = prisma_partition.job_name(t, 'backfill'); -- nothing is left to follow
    v_job := cron.schedule(r.column1, r.column2, r.column3);
    IF t.cron_nodename IS NOT NULL THEN
      UPDATE cron.job SET nodename = t.cron_nodename WHERE jobid = v_job;
    END IF;
  END LOOP;
END
$fn$;
