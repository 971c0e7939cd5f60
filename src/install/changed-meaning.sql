-- What an object that depends on a table would do otherwise, without an error, once the other table stands under the name;
-- null if nothing. A partitioned table has no rows of its own, so ONLY of it is none; and a ctid is a place in one
-- partition, where another one may have a row as well. (On the way back a ctid is unique again.)
-- PostgreSQL's own text says ONLY where it is meant, and not for the target of an INSERT, which is never looked up in
-- children; a ctid is a column of its own in pg_depend, so one of another table is not taken for it.
--   p_definition  the object's, written under this search_path, so with schemas
CREATE OR REPLACE FUNCTION prisma_partition.changed_meaning(p_table oid, p_class oid, p_object oid, p_definition text)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_table text := p_table::regclass; v_found text[] := '{}';
BEGIN
  IF p_definition ~ ('ONLY ' || regexp_replace(v_table, '[]*+?(){}|^$.\\[]', '\\\&', 'g') || '(?![a-z0-9_"])') THEN
    v_found := v_found || format('says ONLY %s, which is every row of a plain table and none of a partitioned one: take ONLY away, the plain table has no children', v_table);
  END IF;
  IF (SELECT relkind FROM pg_class WHERE oid = p_table) = 'r' AND EXISTS (SELECT FROM pg_depend
      WHERE classid = p_class AND objid = p_object AND refclassid = 'pg_class'::regclass AND refobjid = p_table AND refobjsubid = -1) THEN
    v_found := v_found || format('names the ctid of %s, which rows of several partitions may share: name the columns that identify a row', v_table);
  END IF;
  RETURN nullif(array_to_string(v_found, '; '), '');
END
$fn$;
