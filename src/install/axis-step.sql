-- The bucket `p_count` intervals after (before, if negative) the bucket that starts at p_lower.
CREATE OR REPLACE FUNCTION prisma_partition.axis_step(p_kind text, p_interval text, p_lower text, p_count integer)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
BEGIN
  IF p_kind = 'integer' THEN
    RETURN p_lower::numeric + p_interval::numeric * p_count;
  END IF;
  RETURN ((p_lower::timestamptz AT TIME ZONE 'UTC') + p_interval::interval * p_count) AT TIME ZONE 'UTC';
END
$fn$;
