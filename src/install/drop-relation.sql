-- Drops one of a table's two halves, unless somebody has. Not CASCADE: what somebody has made to depend on it is named instead.
CREATE OR REPLACE FUNCTION prisma_partition.drop_relation(p_relation oid)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_detail text;
BEGIN
  IF EXISTS (SELECT FROM pg_class WHERE oid = p_relation) THEN
    EXECUTE format('DROP TABLE %s', p_relation::regclass);
  END IF;
EXCEPTION WHEN dependent_objects_still_exist THEN
  GET STACKED DIAGNOSTICS v_detail = PG_EXCEPTION_DETAIL;
  RAISE EXCEPTION 'prisma-partition: % cannot be dropped, others depend on it', p_relation::regclass
    USING ERRCODE = 'dependent_objects_still_exist', DETAIL = v_detail, HINT = 'Nothing was changed. Drop what depends on it, or point it at the live table, then deploy again.';
END
$fn$;
