-- A table's jobs in pg_cron, with their last runs, the latest first; no row where pg_cron is not used or this role may not
-- look. `state` is pg_cron's: starting, running, sending, connecting, succeeded or failed; null before the first run.
CREATE OR REPLACE FUNCTION prisma_partition.job_history(p_table integer, p_runs integer DEFAULT 5)
RETURNS TABLE (job text, schedule text, active boolean, state text, message text, started_at timestamptz, finished_at timestamptz)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  IF to_regclass('cron.job') IS NULL OR to_regclass('cron.job_run_details') IS NULL OR NOT has_table_privilege('cron.job', 'SELECT')
    OR NOT has_table_privilege('cron.job_run_details', 'SELECT') THEN RETURN; END IF;
  RETURN QUERY
    SELECT k.kind, j.schedule, j.active, r.status, r.return_message, r.start_time, r.end_time
    FROM unnest(ARRAY['backfill', 'maintenance']) WITH ORDINALITY k(kind, n) JOIN cron.job j ON j.jobname = prisma_partition.job_name(t, k.kind)
    LEFT JOIN LATERAL (SELECT d.* FROM cron.job_run_details d WHERE d.jobid = j.jobid ORDER BY d.runid DESC LIMIT p_runs) r ON true
    ORDER BY k.n, r.runid DESC;
END
$fn$;
