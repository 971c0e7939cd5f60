-- The storage parameters of one table, its TOAST table's as toast.*.
CREATE OR REPLACE FUNCTION prisma_partition.storage_parameters(p_relation oid)
RETURNS TABLE (name text, value text) LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT o.option_name, o.option_value FROM pg_class c, pg_options_to_table(c.reloptions) o WHERE c.oid = p_relation
  UNION ALL
  SELECT 'toast.' || o.option_name, o.option_value FROM pg_class c JOIN pg_class s ON s.oid = c.reltoastrelid, pg_options_to_table(s.reloptions) o
  WHERE c.oid = p_relation
$fn$;
