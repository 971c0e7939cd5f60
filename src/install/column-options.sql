-- The options that somebody has set on a column. Names that begin with `pg_` are the server's own: from 17.12 on it keeps
-- a `pg_attver` on every column, another one for each table, which neither SET nor RESET changes.
CREATE OR REPLACE FUNCTION prisma_partition.column_options(p_options text[])
RETURNS TABLE (option_name text, option_value text) LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT o.option_name, o.option_value FROM pg_options_to_table(p_options) o WHERE NOT starts_with(o.option_name, 'pg_')
$fn$;
