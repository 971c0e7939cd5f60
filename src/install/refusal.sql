-- Why a table cannot be converted, one line for each thing that stands in the way, with what removes it: a statement after
-- "run: ", or an edit of the annotation or the model. Null if nothing does. Asked at setup, and of the plain table again
-- at cutover. Takes ACCESS SHARE on the table, and reads it only where its key is a time-ordered id.
--   p_uniques  the uniques that the model states: [{"columns": []}]
--   p_weaken   unique indexes that may weaken to "unique together with the key"
--
-- What cannot be seen beforehand. A BEFORE ROW trigger that changes the key of a row which is inserted makes the INSERT fail
-- on a partitioned table when the row then belongs to another partition. Event triggers fire for the statements of the
-- migrations and of the maintenance, as for anybody's.
DROP FUNCTION IF EXISTS prisma_partition.refusal(oid, text, text, text[], jsonb);
CREATE OR REPLACE FUNCTION prisma_partition.refusal(
  p_plain oid, p_key text, p_kind text, p_identity text[], p_uniques jsonb, p_weaken text[] DEFAULT '{}')
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_found text[];
BEGIN
  v_found := ARRAY(SELECT prisma_partition.refuse_kind_of_table(p_plain));
  IF (SELECT relkind FROM pg_class WHERE oid = p_plain) = 'r' THEN
    v_found := v_found || ARRAY(SELECT prisma_partition.refuse_privileges(p_plain))
      || ARRAY(SELECT prisma_partition.refuse_key(p_plain, p_key, p_kind))
      || ARRAY(SELECT prisma_partition.refuse_identity(p_plain, p_key, p_identity))
      || ARRAY(SELECT prisma_partition.refuse_uniques(p_plain, p_key, p_uniques, p_weaken))
      || ARRAY(SELECT prisma_partition.refuse_constraints(p_plain))
      || ARRAY(SELECT prisma_partition.refuse_foreign_keys(p_plain, p_key))
      || ARRAY(SELECT prisma_partition.refuse_unvalidated(p_plain))
      || ARRAY(SELECT prisma_partition.refuse_triggers(p_plain))
      || ARRAY(SELECT prisma_partition.refuse_dependents(p_plain, p_key))
      || ARRAY(SELECT prisma_partition.refuse_publications(p_plain, p_key));
    -- Last, and only then: it reads the table.
    IF v_found = '{}' THEN v_found := ARRAY(SELECT prisma_partition.refuse_ids(p_plain, p_key, p_kind)); END IF;
  END IF;
  RETURN nullif(array_to_string(v_found, E'\n'), '');
END
$fn$;
