-- Compares the live table with the other one (before cutover: the plain table with its partitioned copy; after it: the
-- partitioned table with the old one kept for the way back), exactly, in one snapshot, under live writes. ACCESS SHARE
-- only; costs about 50 × count(*). `pending` identities are left out of both counts: the log still has to replay them.
CREATE OR REPLACE FUNCTION prisma_partition.verify(p_table integer)
RETURNS TABLE (partition text, lower text, upper text, source_rows bigint, target_rows bigint, pending bigint, matches boolean)
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET jit = off SET row_security = off AS $fn$
DECLARE
  t prisma_partition.tables;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  IF t.step IN ('load', 'settle') THEN
    RAISE EXCEPTION 'prisma-partition: %.% is still being loaded; there is nothing to compare yet', t.schema_name, t.table_name
      USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'npx prisma-partition backfill ' || t.model;
  END IF;
  RETURN QUERY EXECUTE CASE t.stage WHEN 'setup' THEN prisma_partition.compare_query(t)
    ELSE format('SELECT c.a, c.b, c.c, c.e, c.d, c.f, c.g FROM (%s) AS c(a, b, c, d, e, f, g)', prisma_partition.compare_query(t)) END
  USING t.id;
END
$fn$;
