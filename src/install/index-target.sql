-- What an index of the plain table is on the partitioned one: itself, or, of a unique that lacks the partition key, the
-- wider one, under the name that the model gives it; a unique that Prisma does not know of keeps its name and is widened
-- only if the annotation says so (weakenUnique). `name` is null where nobody has agreed to that.
CREATE OR REPLACE FUNCTION prisma_partition.index_target(t prisma_partition.tables, p_index oid,
  OUT name text, OUT definition text, OUT columns text[])
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  x pg_index;
BEGIN
  SELECT * INTO STRICT x FROM pg_index WHERE indexrelid = p_index;
  SELECT c.relname INTO STRICT name FROM pg_class c WHERE c.oid = p_index;
  definition := prisma_partition.index_definition(p_index);
  columns := prisma_partition.index_columns(p_index);
  IF NOT x.indisunique OR t.key_column = ANY (columns) THEN RETURN; END IF;

  IF name = ANY (t.weaken_unique) THEN
    columns := columns || t.key_column;
  ELSE
    SELECT u.target_name, u.target_columns INTO name, columns FROM prisma_partition.uniques u
    WHERE u.table_id = t.id AND u.columns = index_target.columns AND x.indpred IS NULL AND x.indexprs IS NULL;
  END IF;
  IF name IS NOT NULL THEN definition := prisma_partition.widen_definition(p_index, definition, t.key_column); END IF;
END
$fn$;
