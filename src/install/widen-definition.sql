-- Adds the partition key as the last key column of a unique index's or constraint's definition; everything else (operator
-- classes, order, expressions, INCLUDE, NULLS NOT DISTINCT, WHERE) stays as it is.
CREATE OR REPLACE FUNCTION prisma_partition.widen_definition(p_index oid, p_definition text, p_key text)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_depth integer := 0; v_quote text; v_char text; v_at integer := 0;
BEGIN
  -- The list opens with the first parenthesis outside of quotes (the method's name may be quoted) and closes with the one
  -- that matches it. As PostgreSQL writes definitions, a quote within quotes is doubled, never escaped, and so ends one
  -- piece and begins the next.
  FOREACH v_char IN ARRAY regexp_split_to_array(p_definition, '') LOOP
    v_at := v_at + 1;
    IF v_quote IS NOT NULL THEN
      IF v_char = v_quote THEN v_quote := NULL; END IF;
    ELSIF v_char IN ('"', '''') THEN
      v_quote := v_char;
    ELSIF v_char = '(' THEN
      v_depth := v_depth + 1;
    ELSIF v_char = ')' THEN
      v_depth := v_depth - 1;
      IF v_depth = 0 THEN
        RETURN left(p_definition, v_at - 1) || ', ' || quote_ident(p_key) || substr(p_definition, v_at);
      END IF;
    END IF;
  END LOOP;
  RAISE EXCEPTION 'prisma-partition: cannot widen % (%)', p_index::regclass, p_definition;
END
$fn$;
