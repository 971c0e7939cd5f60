-- How a table is stored, as properties: storage parameters (TOAST's as toast.*), tablespace, access method. A partitioned
-- table has these in its partitions; where they are not the same in all of them it is said so.
CREATE OR REPLACE FUNCTION prisma_partition.storage_properties(t prisma_partition.tables, p_relation oid)
RETURNS TABLE (kind text, name text, definition text, make text, remove text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_other oid := coalesce(prisma_partition.other_of(t), p_relation);
  v_default text := (SELECT s.spcname FROM pg_database d JOIN pg_tablespace s ON s.oid = d.dattablespace WHERE d.datname = current_database());
  v_leaves bigint := (SELECT count(*) FROM prisma_partition.leaves_of(p_relation));
  -- A table without wide columns has no TOAST table, though its copy may have one since a column was dropped.
  v_toast boolean := (SELECT count(DISTINCT s) = 2 FROM unnest(ARRAY[prisma_partition.live_of(t), v_other]) s, prisma_partition.leaves_of(s) l
    JOIN pg_class c ON c.oid = l WHERE c.reltoastrelid <> 0);
BEGIN
  RETURN QUERY
    SELECT 'storage parameter', o.name, prisma_partition.in_all(array_agg(o.value), v_leaves),
      CASE WHEN count(DISTINCT o.value) = 1 THEN prisma_partition.on_leaves(v_other, format('ALTER TABLE {} SET (%s = %L)', o.name, min(o.value))) END,
      prisma_partition.on_leaves(v_other, format('ALTER TABLE {} RESET (%s)', o.name))
    FROM prisma_partition.leaves_of(p_relation) l
    CROSS JOIN LATERAL prisma_partition.storage_parameters(l) o
    WHERE v_toast OR NOT starts_with(o.name, 'toast.')
    GROUP BY o.name;
  RETURN QUERY
    SELECT 'tablespace', '', prisma_partition.in_all(array_agg(s.name), count(*)),
      CASE WHEN count(DISTINCT s.name) = 1 THEN prisma_partition.on_table(v_other, format('ALTER TABLE {} SET TABLESPACE %I', min(s.name))) END, NULL
    FROM (
      SELECT coalesce(s.spcname, v_default)::text AS name FROM pg_class c LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
      WHERE c.oid = p_relation OR c.oid IN (SELECT prisma_partition.leaves_of(p_relation))) s;
  RETURN QUERY
    SELECT 'access method', '', prisma_partition.in_all(array_agg(m.amname::text), count(*)),
      CASE WHEN count(DISTINCT m.amname) = 1 AND current_setting('server_version_num')::integer >= 150000
        THEN prisma_partition.on_leaves(v_other, format('ALTER TABLE {} SET ACCESS METHOD %I', min(m.amname::text))) END, NULL
    FROM prisma_partition.leaves_of(p_relation) l JOIN pg_class c ON c.oid = l JOIN pg_am m ON m.oid = c.relam
    HAVING count(*) > 0;
END
$fn$;
