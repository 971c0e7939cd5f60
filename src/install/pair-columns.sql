-- The columns of a change-log entry: what identifies the row, and the partition key where it is not among them.
CREATE OR REPLACE FUNCTION prisma_partition.pair_columns(t prisma_partition.tables)
RETURNS text[] LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT CASE WHEN t.key_column = ANY (t.identity_columns) THEN t.identity_columns
              ELSE t.identity_columns || t.key_column END
$fn$;
