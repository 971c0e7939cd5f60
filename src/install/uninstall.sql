-- Removes everything of this package's from the database: schema prisma_partition. Refuses while it still holds a table.
-- One whose live table is gone (`prisma migrate reset` drops only the datasource's own schemas) is forgotten first.
-- Extensions stay: others may use them.
CREATE OR REPLACE FUNCTION prisma_partition.uninstall()
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_left text;
BEGIN
  PERFORM prisma_partition.forget(t.id) FROM prisma_partition.tables t
  WHERE NOT EXISTS (SELECT FROM pg_class WHERE oid = prisma_partition.live_of(t));
  SELECT string_agg(format('%I.%I (stage %s)', schema_name, table_name, stage), ', ') INTO v_left FROM prisma_partition.tables;
  IF v_left IS NOT NULL THEN
    RAISE EXCEPTION 'prisma-partition: tables are partitioned with it still: %', v_left
      USING ERRCODE = 'dependent_objects_still_exist', HINT = 'Nothing was changed. Remove their annotations and deploy the migrations that are emitted for them.';
  END IF;
  DROP SCHEMA prisma_partition CASCADE;
END
$fn$;
