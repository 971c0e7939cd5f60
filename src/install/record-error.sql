-- Keeps a runner's error where `prisma_partition.progress` shows it, until a later unit succeeds.
CREATE OR REPLACE FUNCTION prisma_partition.record_error(p_table integer, p_message text)
RETURNS void LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $fn$
  UPDATE prisma_partition.tables SET last_error = p_message, last_error_at = clock_timestamp() WHERE id = p_table
$fn$;
