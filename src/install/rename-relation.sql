-- An expression that reads a table (a policy's, in a subquery), reading another one instead. PostgreSQL prints both names
-- in full, as this function's search_path is.
CREATE OR REPLACE FUNCTION prisma_partition.rename_relation(p_expression text, p_from oid, p_to oid)
RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT regexp_replace(p_expression,
    '((?:FROM|JOIN|,|\() *)' || regexp_replace(p_from::regclass::text, '([.\\()\[\]{}^$*+?|])', '\\\1', 'g') || '(?![\w$".])',
    '\1' || replace(p_to::regclass::text, '\', '\\'), 'g')
$fn$;
