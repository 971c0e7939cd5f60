-- The registered table of that name. Raises where setup has not run.
CREATE OR REPLACE FUNCTION prisma_partition.find_table(p_schema text, p_table text)
RETURNS prisma_partition.tables LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables;
BEGIN
  SELECT * INTO t FROM prisma_partition.tables WHERE schema_name = p_schema AND table_name = p_table;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'prisma-partition: %.% has not been set up for partitioning in this database', p_schema, p_table
      USING ERRCODE = 'undefined_object', HINT = 'Its partition_setup migration must be applied first: npx prisma migrate deploy';
  END IF;
  RETURN t;
END
$fn$;
