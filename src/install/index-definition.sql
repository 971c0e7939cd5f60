-- An index, as what follows the table's name in CREATE INDEX, or, of a constraint, what follows its name in ADD
-- CONSTRAINT: with storage parameters and tablespace, which PostgreSQL's own functions leave out here and there.
CREATE OR REPLACE FUNCTION prisma_partition.index_definition(p_index oid)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  i record; v_definition text; v_prefix text; v_suffix text;
BEGIN
  SELECT x.indisunique, x.indrelid, pg_get_expr(x.indpred, x.indrelid) AS predicate, c.relname, c.relkind, c.reloptions, k.oid AS constraint_oid,
    (SELECT s.spcname FROM pg_tablespace s WHERE s.oid = c.reltablespace) AS tablespace
  INTO STRICT i
  FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
  LEFT JOIN pg_constraint k ON k.conindid = x.indexrelid AND k.conrelid = x.indrelid AND k.contype IN ('p', 'u', 'x')
  WHERE x.indexrelid = p_index;

  IF i.constraint_oid IS NOT NULL THEN
    v_definition := pg_get_constraintdef(i.constraint_oid);
    v_suffix := substring(v_definition FROM '(?: DEFERRABLE)?(?: INITIALLY DEFERRED)?$');
    RETURN left(v_definition, length(v_definition) - length(v_suffix))
      || coalesce(' WITH (' || (SELECT string_agg(format('%s=%L', o.option_name, o.option_value), ', ') FROM pg_options_to_table(i.reloptions) o) || ')', '')
      || coalesce(' USING INDEX TABLESPACE ' || quote_ident(i.tablespace), '') || v_suffix;
  END IF;
  v_definition := pg_get_indexdef(p_index);
  v_prefix := format('CREATE %sINDEX %I ON %s%s ', CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END, i.relname,
    CASE i.relkind WHEN 'I' THEN 'ONLY ' ELSE '' END, i.indrelid::regclass);
  v_suffix := coalesce(' WHERE ' || i.predicate, '');
  IF NOT starts_with(v_definition, v_prefix) OR right(v_definition, length(v_suffix)) <> v_suffix AND v_suffix <> '' THEN
    RAISE EXCEPTION 'prisma-partition: cannot read the definition of index %: %', i.relname, v_definition;
  END IF;
  RETURN substr(v_definition, length(v_prefix) + 1, length(v_definition) - length(v_prefix) - length(v_suffix))
    || CASE WHEN i.tablespace IS NULL THEN '' ELSE format(' TABLESPACE %I', i.tablespace) END || v_suffix;
END
$fn$;
