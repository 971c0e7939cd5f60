-- Extended statistics: what stands between their name and FROM.
CREATE OR REPLACE FUNCTION prisma_partition.statistics_definition(p_statistics oid)
RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT substr(d.definition, length(d.prefix) + 1, length(d.definition) - length(d.prefix) - length(d.suffix)) FROM (
    SELECT pg_get_statisticsobjdef(s.oid) AS definition, format('CREATE STATISTICS %s.%I ', s.stxnamespace::regnamespace, s.stxname) AS prefix,
      ' FROM ' || s.stxrelid::regclass AS suffix
    FROM pg_statistic_ext s WHERE s.oid = p_statistics) d
$fn$;
