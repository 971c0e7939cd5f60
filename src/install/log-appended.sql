-- How many entries have ever been appended to a table's change log, by the server's statistics: writers report theirs a
-- moment late, and a reset begins anew. Null when there is no log any more.
CREATE OR REPLACE FUNCTION prisma_partition.log_appended(p_table integer)
RETURNS bigint LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT pg_stat_get_tuples_inserted(to_regclass(format('prisma_partition.%I', 'log_' || p_table)))
$fn$;
