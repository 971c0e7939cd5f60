-- pg_partman and pg_cron where this server has them and this role may create them. Neither is required: without
-- pg_partman the package maintains partitions itself, without pg_cron somebody calls `prisma-partition`.
-- pg_cron can only live in the one database that cron.database_name names, so never in Prisma's shadow database.
BEGIN
  IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_partman')
     AND NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_partman') THEN
    CREATE SCHEMA IF NOT EXISTS partman;
    CREATE EXTENSION pg_partman SCHEMA partman;
  END IF;
EXCEPTION WHEN insufficient_privilege OR feature_not_supported OR undefined_file OR object_not_in_prerequisite_state THEN
  RAISE NOTICE 'prisma-partition: pg_partman is left out (%), partitions are maintained by prisma_partition itself', SQLERRM;
END;
BEGIN
  IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_cron')
     AND current_setting('cron.database_name', true) = current_database()
     AND NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron') THEN
    CREATE EXTENSION pg_cron;
  END IF;
EXCEPTION WHEN insufficient_privilege OR feature_not_supported OR undefined_file OR object_not_in_prerequisite_state THEN
  RAISE NOTICE 'prisma-partition: pg_cron is left out (%), run `prisma-partition backfill` by hand', SQLERRM;
END;
