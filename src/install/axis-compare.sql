-- Orders two points of the axis: -1, 0 or 1; null if one is. (As text they do not sort: 9 > 10, and years differ in width.)
CREATE OR REPLACE FUNCTION prisma_partition.axis_compare(p_kind text, p_left text, p_right text)
RETURNS integer LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $fn$
  SELECT CASE WHEN p_left IS NULL OR p_right IS NULL THEN NULL
              WHEN p_kind = 'integer' THEN sign(p_left::numeric - p_right::numeric)::integer
              WHEN p_left::timestamptz < p_right::timestamptz THEN -1
              WHEN p_left::timestamptz > p_right::timestamptz THEN 1
              ELSE 0 END
$fn$;
