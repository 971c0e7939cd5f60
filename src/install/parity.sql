-- What the partitioned table lacks of the plain one's properties, one line each; no line means nothing would be lost.
CREATE OR REPLACE FUNCTION prisma_partition.parity(p_table integer)
RETURNS SETOF text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  RETURN QUERY
    SELECT format('column %I: %s', coalesce(a.attname, b.attname),
      CASE WHEN b.attname IS NULL THEN 'missing from the copy' WHEN a.attname IS NULL THEN 'only in the copy' ELSE 'defined differently' END)
    FROM (SELECT * FROM prisma_partition.column_properties(t.plain)) a
    FULL JOIN (SELECT * FROM prisma_partition.column_properties(t.partitioned)) b ON b.attname = a.attname
    WHERE a IS DISTINCT FROM b;
  RETURN QUERY
    SELECT format('check constraint %I is missing from the copy or differs', c.conname) FROM pg_constraint c
    WHERE c.conrelid = t.plain AND c.contype = 'c' AND NOT EXISTS (
      SELECT FROM pg_constraint d WHERE d.conrelid = t.partitioned AND d.contype = 'c' AND d.conname = c.conname
        AND pg_get_expr(d.conbin, d.conrelid) = pg_get_expr(c.conbin, c.conrelid));
  RETURN QUERY
    SELECT format('index %I was created or changed after the copy was indexed', c.relname)
    FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
    WHERE x.indrelid = t.plain AND x.indisvalid AND NOT EXISTS (
      SELECT FROM prisma_partition.indexes i
      WHERE i.table_id = t.id AND i.is_unique = x.indisunique
        AND (i.name = c.relname OR i.columns @> prisma_partition.index_columns(x.indexrelid) AND i.is_unique));
  RETURN QUERY
    SELECT format('index %I no longer exists on the live table', i.name) FROM prisma_partition.indexes i
    WHERE i.table_id = t.id AND NOT i.is_unique AND NOT EXISTS (
      SELECT FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid WHERE x.indrelid = t.plain AND c.relname = i.name);
END
$fn$;
