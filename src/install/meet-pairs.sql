-- The condition under which rows of one of the two tables (p_alias) are those of a logged pair (`p`). The partition key is
-- met as a range, which prunes as `=` does: see create_drain.
CREATE OR REPLACE FUNCTION prisma_partition.meet_pairs(t prisma_partition.tables, p_alias text)
RETURNS text LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  RETURN prisma_partition.join_columns(t.identity_columns, p_alias || '.%1$I = p.%1$I', ' AND ')
    || CASE WHEN t.key_column = ANY (t.identity_columns) THEN ''
       ELSE format(' AND %1$s.%2$I >= p.%2$I AND %1$s.%2$I <= p.%2$I', p_alias, t.key_column) END;
END
$fn$;
