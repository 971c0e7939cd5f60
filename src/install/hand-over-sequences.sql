-- Gives the sequences of the table that was live to the one that will be, before either is moved. A serial's follows its
-- owner, which must be in its schema: it is let go of here, and the statements returned attach it once the tables stand
-- where they will. An identity's cannot be moved, so the other one's goes on from where it stands.
CREATE OR REPLACE FUNCTION prisma_partition.hand_over_sequences(t prisma_partition.tables, p_from oid, p_to oid)
RETURNS text[] LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  r record; v_last bigint; v_called boolean; v_owned text[] := '{}';
BEGIN
  FOR r IN
    SELECT a.attname, d.objid AS sequence, d.deptype = 'i' AS is_identity
    FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
    WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = p_from AND d.deptype IN ('a', 'i')
  LOOP
    IF r.is_identity THEN
      EXECUTE format('SELECT last_value, is_called FROM %s', r.sequence::regclass) INTO v_last, v_called;
      PERFORM setval(pg_get_serial_sequence(p_to::regclass::text, r.attname), v_last, v_called);
    ELSE
      v_owned := v_owned || format('ALTER SEQUENCE %s OWNED BY %I.%I.%I', r.sequence::regclass, t.schema_name, t.table_name, r.attname);
      EXECUTE format('ALTER SEQUENCE %s OWNED BY NONE', r.sequence::regclass);
    END IF;
  END LOOP;
  RETURN v_owned;
END
$fn$;
