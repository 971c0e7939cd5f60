-- Drops the foreign keys that reference the table, so that rows can leave a partition without ON DELETE … CASCADE taking
-- the referencing rows with them. Returns the statements that put them back, NOT VALID; step `validate` does the rest.
-- (A partitioned referencing table takes NOT VALID from PostgreSQL 18 on only: there it is checked at once.)
CREATE OR REPLACE FUNCTION prisma_partition.release_references(t prisma_partition.tables)
RETURNS text[] LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  k record; v_undo text[] := '{}';
BEGIN
  FOR k IN SELECT c.conrelid, c.conname, r.relkind, pg_get_constraintdef(c.oid) AS definition, obj_description(c.oid, 'pg_constraint') AS comment
    FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
    WHERE c.contype = 'f' AND c.confrelid = t.partitioned AND c.conparentid = 0
  LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname);
    v_undo := v_undo || format('ALTER TABLE %s ADD CONSTRAINT %I %s%s', k.conrelid::regclass, k.conname,
      regexp_replace(k.definition, ' NOT VALID$', ''),
      CASE WHEN k.relkind = 'p' AND current_setting('server_version_num')::integer < 180000 THEN '' ELSE ' NOT VALID' END);
    IF k.comment IS NOT NULL THEN v_undo := v_undo || format('COMMENT ON CONSTRAINT %I ON %s IS %L', k.conname, k.conrelid::regclass, k.comment); END IF;
  END LOOP;
  RETURN v_undo;
END
$fn$;
