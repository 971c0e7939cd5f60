-- Adds the partition key as the last column of a unique index's or constraint's definition, whose columns are all plain
-- (refusal() has seen to that); operator classes, order, INCLUDE and the rest stay as they are.
CREATE OR REPLACE FUNCTION prisma_partition.widen_definition(p_index oid, p_definition text, p_key text)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_list text; v_at integer;
BEGIN
  -- The list opens with the first parenthesis that follows the method (index) or the keyword (constraint), and holds
  -- plain columns only, so it closes with the first one outside of quotes.
  v_list := substring(p_definition FROM '\((?:[^")]|"(?:[^"]|"")*")*\)');
  v_at := strpos(p_definition, v_list);
  IF v_list IS NULL OR v_at = 0 THEN
    RAISE EXCEPTION 'prisma-partition: cannot widen % (%)', p_index::regclass, p_definition;
  END IF;
  RETURN left(p_definition, v_at - 1) || left(v_list, -1) || ', ' || quote_ident(p_key) || ')'
    || substr(p_definition, v_at + length(v_list));
END
$fn$;
