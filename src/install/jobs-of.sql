-- The jobs that pg_cron ought to run for a table: its work (the backfill before cutover, the way back after it; at cleanup
-- nothing is left to follow) and its maintenance. None where something else calls them.
CREATE OR REPLACE FUNCTION prisma_partition.jobs_of(t prisma_partition.tables)
RETURNS TABLE (kind text, name text, schedule text, command text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT j.kind, prisma_partition.job_name(t, j.kind), j.schedule, j.command
  FROM (VALUES
    ('backfill', t.backfill_schedule, format('CALL prisma_partition.work(%L, %L)', t.schema_name, t.table_name)),
    ('maintenance', t.maintenance_schedule, format('SELECT prisma_partition.maintain(%L, %L)', t.schema_name, t.table_name))
  ) j(kind, schedule, command)
  WHERE t.scheduler = 'pg_cron' AND NOT (t.stage = 'cleanup' AND j.kind = 'backfill')
$fn$;
