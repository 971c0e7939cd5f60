-- The type that a domain is over, through all domains; of any other type, that type.
CREATE OR REPLACE FUNCTION prisma_partition.base_type(p_type oid)
RETURNS oid LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  WITH RECURSIVE types AS (
    SELECT oid, typbasetype FROM pg_type WHERE oid = p_type
    UNION ALL SELECT y.oid, y.typbasetype FROM types x JOIN pg_type y ON y.oid = x.typbasetype
  )
  SELECT oid FROM types WHERE typbasetype = 0
$fn$;
