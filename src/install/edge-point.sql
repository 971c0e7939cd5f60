-- The point of the axis at which a table's first (p_last: last) row stands; null if it is empty. Infinite keys are
-- passed over. One index probe where an index leads with the key, else one scan (ACCESS SHARE only).
CREATE OR REPLACE FUNCTION prisma_partition.edge_point(p_relation oid, p_key text, p_kind text, p_last boolean)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
DECLARE
  v_value text;
BEGIN
  EXECUTE format('SELECT s.%1$I::text FROM %2$s s %3$s ORDER BY s.%1$I %4$s LIMIT 1', p_key, p_relation::regclass,
    CASE WHEN p_kind IN ('timestamptz', 'timestamp', 'date') THEN format('WHERE s.%I > ''-infinity'' AND s.%1$I < ''infinity''', p_key) END,
    CASE WHEN p_last THEN 'DESC' ELSE 'ASC' END) INTO v_value;
  RETURN prisma_partition.axis_from_bound(p_kind, v_value);
END
$fn$;
