-- What partitions have in common: the value, if each of p_count has it, else which there are.
CREATE OR REPLACE FUNCTION prisma_partition.in_all(p_values text[], p_count bigint)
RETURNS text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT CASE WHEN count(DISTINCT v) = 1 AND count(*) = p_count THEN min(v)
    ELSE format('some partitions: %s', string_agg(DISTINCT v, ', ')) END
  FROM unnest(p_values) v
$fn$;
