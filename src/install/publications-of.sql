-- The publications that name a table, or its schema (PostgreSQL 15 and later), with the table's column list and row filter
-- where they have them.
CREATE OR REPLACE FUNCTION prisma_partition.publications_of(p_table oid)
RETURNS TABLE (publication oid, columns text[], filter text, by_schema boolean)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  IF current_setting('server_version_num')::integer < 150000 THEN
    RETURN QUERY SELECT r.prpubid, NULL::text[], NULL::text, false FROM pg_publication_rel r WHERE r.prrelid = p_table;
  ELSE
    RETURN QUERY
      SELECT r.prpubid, CASE WHEN r.prattrs IS NOT NULL THEN ARRAY(
          SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = p_table AND a.attnum = ANY (r.prattrs::smallint[]) ORDER BY a.attnum) END,
        pg_get_expr(r.prqual, r.prrelid), false
      FROM pg_publication_rel r WHERE r.prrelid = p_table
      UNION ALL
      SELECT n.pnpubid, NULL, NULL, true FROM pg_publication_namespace n JOIN pg_class c ON c.relnamespace = n.pnnspid WHERE c.oid = p_table
        AND NOT EXISTS (SELECT FROM pg_publication_rel r WHERE r.prpubid = n.pnpubid AND r.prrelid = p_table);
  END IF;
END
$fn$;
