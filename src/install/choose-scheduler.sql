-- Who runs the jobs: 'pg_cron' where it is installed and this role may use it, else 'none'. Asking for pg_cron in its own
-- database without having it is an error; in another one (Prisma's shadow database) it cannot be had and is passed over.
CREATE OR REPLACE FUNCTION prisma_partition.choose_scheduler(p_wanted text)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  IF p_wanted = 'none' THEN RETURN 'none'; END IF;
  IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron') AND has_schema_privilege('cron', 'USAGE') THEN RETURN 'pg_cron'; END IF;
  IF p_wanted = 'pg_cron' AND current_setting('cron.database_name', true) = current_database() THEN
    RAISE EXCEPTION 'prisma-partition: scheduler = "pg_cron" is asked for, but this role cannot use it here'
      USING HINT = 'CREATE EXTENSION pg_cron and GRANT USAGE ON SCHEMA cron as a superuser, or use scheduler = "auto".';
  END IF;
  RETURN 'none';
END
$fn$;
