-- Creates the capture triggers of one of the two tables (see capture_triggers), in the place of those that may be there.
-- They are silent while a drain writes: what a drain copies from one side to the other is no change of its own. The
-- functions of statement triggers look at that themselves, once a statement: a WHEN clause costs more.
CREATE OR REPLACE FUNCTION prisma_partition.create_triggers(t prisma_partition.tables, p_relation oid)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  c record; v_table text := p_relation::regclass;
  v_when constant text := $sql$ WHEN (current_setting('prisma_partition.draining', true) IS DISTINCT FROM 'on') $sql$;
BEGIN
  PERFORM prisma_partition.drop_triggers(p_relation);
  FOR c IN SELECT * FROM prisma_partition.capture_triggers(t, p_relation) LOOP
    EXECUTE format('CREATE TRIGGER %I AFTER %s ON %s %s EXECUTE FUNCTION prisma_partition.%I()', c.name, c.fires, v_table,
      CASE c.fires
        WHEN 'INSERT' THEN 'REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT'
        WHEN 'UPDATE' THEN 'REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT'
        WHEN 'DELETE' THEN 'REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT'
        WHEN 'TRUNCATE' THEN 'FOR EACH STATEMENT' || v_when
        ELSE 'FOR EACH ROW' || v_when
      END, c.function);
    EXECUTE format('ALTER TABLE %s ENABLE %s TRIGGER %I', v_table, CASE c.enabled WHEN 'A' THEN 'ALWAYS' ELSE 'REPLICA' END, c.name);
  END LOOP;
END
$fn$;
