-- The expression, over a row `s`, of the partition (its oid) that the row's key belongs into: by the bounds that there are,
-- else the default one. The bounds stand in it as arrays of literals, which are read once, when the query is planned.
CREATE OR REPLACE FUNCTION prisma_partition.bucket_expression(t prisma_partition.tables)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
BEGIN
  RETURN (
    SELECT format('(ARRAY[%1$s]::oid[])[1 + CASE WHEN %2$s > 0 AND s.%3$I < (ARRAY[%4$s]::%5$s[])[%2$s] THEN %2$s ELSE 0 END]',
      concat_ws(', ', coalesce(max(p.leaf) FILTER (WHERE p.is_default), '0'), string_agg(p.leaf, ', ' ORDER BY p.ordinality) FILTER (WHERE NOT p.is_default)),
      format('width_bucket(s.%I, ARRAY[%s]::%s[])', t.key_column,
        string_agg(quote_literal(prisma_partition.axis_to_bound(t.key_kind, p.lower)), ', ' ORDER BY p.ordinality) FILTER (WHERE NOT p.is_default), k.type),
      t.key_column,
      string_agg(quote_literal(prisma_partition.axis_to_bound(t.key_kind, p.upper)), ', ' ORDER BY p.ordinality) FILTER (WHERE NOT p.is_default), k.type)
    FROM (SELECT format_type(atttypid, atttypmod) AS type FROM pg_attribute WHERE attrelid = t.plain AND attname = t.key_column) k,
      (SELECT x.*, x.partition::regclass::oid::text AS leaf FROM prisma_partition.list_partitions(t.id) WITH ORDINALITY x) p
    GROUP BY k.type
  );
END
$fn$;
