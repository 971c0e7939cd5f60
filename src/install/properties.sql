-- Every property of one of the two tables, in words that do not depend on which of them it is, so that they compare.
-- `make` is the statement that gives the property to the table that follows, `remove` the one that takes it away there;
-- null where no statement can.
CREATE OR REPLACE FUNCTION prisma_partition.properties(t prisma_partition.tables, p_relation oid)
RETURNS TABLE (kind text, name text, definition text, make text, remove text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  RETURN QUERY SELECT * FROM prisma_partition.table_properties(t, p_relation);
  RETURN QUERY SELECT * FROM prisma_partition.column_properties(t, p_relation);
  RETURN QUERY SELECT * FROM prisma_partition.constraint_properties(t, p_relation);
  RETURN QUERY SELECT * FROM prisma_partition.index_properties(t, p_relation);
  RETURN QUERY SELECT * FROM prisma_partition.policy_properties(t, p_relation);
  RETURN QUERY SELECT * FROM prisma_partition.storage_properties(t, p_relation);
END
$fn$;
