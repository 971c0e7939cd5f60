-- `a.x = b.x AND a.y = b.y`, or the columns joined by anything else. %1$I in p_format is the column.
CREATE OR REPLACE FUNCTION prisma_partition.join_columns(p_columns text[], p_format text, p_separator text)
RETURNS text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT string_agg(format(p_format, c.name), p_separator ORDER BY c.ordinal)
  FROM unnest(p_columns) WITH ORDINALITY AS c(name, ordinal)
$fn$;
