-- Tables that are no plain, permanent heap table of their own.
CREATE OR REPLACE FUNCTION prisma_partition.refuse_kind_of_table(p_plain oid)
RETURNS SETOF text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  c pg_class; v_table text := p_plain::regclass; v_other text;
BEGIN
  SELECT * INTO STRICT c FROM pg_class WHERE oid = p_plain;
  IF c.relkind = 'p' THEN
    RETURN NEXT 'it is partitioned already; remove the annotation';
  ELSIF c.relkind = 'f' THEN
    RETURN NEXT 'it is a foreign table, whose writers on the other server nobody here sees; remove the annotation';
  ELSIF c.relkind <> 'r' THEN
    RETURN NEXT 'it is not a table; remove the annotation';
  END IF;
  IF c.relkind <> 'r' THEN RETURN; END IF;
  IF c.relpersistence = 'u' THEN
    RETURN NEXT format('it is unlogged, so a crash would empty both tables; run: ALTER TABLE %s SET LOGGED', v_table);
  ELSIF c.relpersistence = 't' THEN
    RETURN NEXT 'it is temporary; remove the annotation';
  END IF;
  FOR v_other IN SELECT inhparent::regclass FROM pg_inherits WHERE inhrelid = p_plain LOOP
    RETURN NEXT CASE WHEN c.relispartition
      THEN format('it is a partition of %1$s, and would no longer be one; run: ALTER TABLE %1$s DETACH PARTITION %2$s', v_other, v_table)
      ELSE format('it inherits from %1$s, and a partitioned table inherits from none; run: ALTER TABLE %2$s NO INHERIT %1$s', v_other, v_table) END;
  END LOOP;
  FOR v_other IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = p_plain LOOP
    RETURN NEXT format('%1$s inherits from it, which nothing can from a partitioned table; run: ALTER TABLE %1$s NO INHERIT %2$s', v_other, v_table);
  END LOOP;
  IF c.reloftype <> 0 THEN
    RETURN NEXT format('it is a table of type %s, which its copy would not be; run: ALTER TABLE %s NOT OF', c.reloftype::regtype, v_table);
  END IF;
  SELECT x.extname INTO v_other FROM pg_depend d JOIN pg_extension x ON x.oid = d.refobjid
  WHERE d.classid = 'pg_class'::regclass AND d.objid = p_plain AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e';
  IF v_other IS NOT NULL THEN
    RETURN NEXT format('it belongs to extension %I, whose next update would look for the table as it was; run: ALTER EXTENSION %1$I DROP TABLE %2$s', v_other, v_table);
  END IF;
END
$fn$;
