-- Drops one of this package's triggers, if it is there; silently if not.
CREATE OR REPLACE FUNCTION prisma_partition.drop_trigger(p_relation oid, p_name text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = p_relation AND tgname = p_name) THEN
    EXECUTE format('DROP TRIGGER %I ON %s', p_name, p_relation::regclass);
  END IF;
END
$fn$;
