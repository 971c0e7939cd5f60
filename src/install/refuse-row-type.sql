-- What takes, returns or stores rows of the table as a type: the type stays the old table's.
CREATE OR REPLACE FUNCTION prisma_partition.refuse_row_type(p_plain oid, p_class oid, p_object oid)
RETURNS SETOF text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  d record; v_kind "char"; v_remedy text; v_relation text;
BEGIN
  FOR d IN SELECT DISTINCT b.objsubid, b.refobjid = y.typarray AS is_array FROM pg_type y JOIN pg_depend b ON b.refclassid = 'pg_type'::regclass AND b.refobjid IN (y.oid, y.typarray)
    WHERE y.typrelid = p_plain AND b.deptype = 'n' AND b.classid = p_class AND b.objid = p_object ORDER BY 1
  LOOP
    v_remedy := 'drop it, and create it again after cutover';
    IF p_class = 'pg_proc'::regclass THEN
      v_remedy := format('create it again after cutover, and run: DROP ROUTINE %s', p_object::regprocedure);
    ELSIF p_class IN ('pg_class'::regclass, 'pg_rewrite'::regclass) THEN
      SELECT c.oid::regclass::text, c.relkind INTO v_relation, v_kind FROM pg_class c
      WHERE c.oid = p_object OR c.oid = (SELECT ev_class FROM pg_rewrite WHERE oid = p_object);
      v_remedy := CASE WHEN v_kind = 'v' THEN format('create it again after cutover, and run: DROP VIEW IF EXISTS %s', v_relation)
        WHEN v_kind = 'm' THEN format('create it again after cutover, and run: DROP MATERIALIZED VIEW IF EXISTS %s', v_relation)
        WHEN v_kind IN ('r', 'p') AND d.objsubid > 0 THEN (SELECT format('keep it as JSON, or drop it; run: ALTER TABLE %s ALTER COLUMN %I TYPE jsonb USING to_jsonb(%2$I)', v_relation, attname)
          FROM pg_attribute WHERE attrelid = p_object AND attnum = d.objsubid)
        ELSE v_remedy END;
    END IF;
    RETURN NEXT format('%s is of its row type, which would stay the old table''s; %s', pg_describe_object(p_class, p_object, d.objsubid), v_remedy);
  END LOOP;
END
$fn$;
