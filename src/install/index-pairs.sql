-- The indexes of both tables, each with its counterpart: the one of that name, or a unique of that definition (the names
-- of uniques are the model's, and change with it). `name` is the live table's, `name_there` the other one's. Definitions
-- are written as the partitioned table has them, so that a unique and its wider counterpart are the same. An index of the
-- live table that is invalid is no property of it.
CREATE OR REPLACE FUNCTION prisma_partition.index_pairs(t prisma_partition.tables)
RETURNS TABLE (name text, name_there text, target text, plain oid, partitioned oid, plain_definition text, partitioned_definition text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  RETURN QUERY
  WITH index AS (
    SELECT x.indexrelid, x.indrelid, x.indisunique, c.relname::text,
      CASE k.contype WHEN 'p' THEN 'primary key ' WHEN 'u' THEN 'unique constraint ' WHEN 'x' THEN 'exclusion constraint '
        ELSE 'index ' || CASE WHEN x.indisunique THEN 'UNIQUE ' ELSE '' END END AS kind,
      CASE WHEN x.indisvalid THEN '' ELSE ' INVALID' END AS invalid
    FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
    LEFT JOIN pg_constraint k ON k.conindid = x.indexrelid AND k.conrelid = x.indrelid AND k.contype IN ('p', 'u', 'x')
    WHERE x.indrelid IN (t.plain, t.partitioned) AND (x.indisvalid OR x.indrelid IS DISTINCT FROM prisma_partition.live_of(t))
  ), a AS MATERIALIZED (
    SELECT i.*, w.name AS target, i.kind || w.definition || i.invalid AS definition
    FROM index i, prisma_partition.index_target(t, i.indexrelid) w WHERE i.indrelid = t.plain
  ), b AS MATERIALIZED (
    SELECT i.*, i.kind || prisma_partition.index_definition(i.indexrelid) || i.invalid AS definition FROM index i WHERE i.indrelid = t.partitioned
  ), pair AS (
    SELECT a.*, (SELECT b.indexrelid FROM b
      WHERE b.relname = a.target
        OR a.indisunique AND b.definition = a.definition AND NOT EXISTS (SELECT FROM a other WHERE other.target = b.relname)
      ORDER BY b.relname IS NOT DISTINCT FROM a.target DESC, b.indexrelid LIMIT 1) AS counterpart
    FROM a
  )
  SELECT CASE t.stage WHEN 'setup' THEN coalesce(p.relname, b.relname) ELSE coalesce(b.relname, p.relname) END,
    CASE t.stage WHEN 'setup' THEN b.relname ELSE p.relname END, p.target, p.indexrelid, b.indexrelid, p.definition, b.definition
  FROM pair p FULL JOIN b ON b.indexrelid = p.counterpart;
END
$fn$;
