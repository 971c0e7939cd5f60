-- The point of the axis at which a value of the key stands (the inverse of axis_to_bound, for any value, not only
-- bounds). Null for a value that has no place on it: infinity, or text that is no ULID.
CREATE OR REPLACE FUNCTION prisma_partition.axis_from_bound(p_kind text, p_value text)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
DECLARE
  v_ms bigint := 0; v_digit integer;
BEGIN
  CASE p_kind
    WHEN 'integer' THEN RETURN p_value;
    WHEN 'timestamptz' THEN RETURN CASE WHEN isfinite(p_value::timestamptz) THEN p_value::timestamptz::text END;
    WHEN 'timestamp', 'date' THEN
      RETURN CASE WHEN isfinite(p_value::timestamp) THEN (p_value::timestamp AT TIME ZONE 'UTC')::text END;
    WHEN 'uuid7' THEN
      v_ms := ('x' || lpad(left(replace(p_value, '-', ''), 12), 16, '0'))::bit(64)::bigint;
    ELSE
      FOR i IN 1..10 LOOP
        v_digit := strpos('0123456789ABCDEFGHJKMNPQRSTVWXYZ', upper(substr(p_value, i, 1))) - 1; -- char(n) is padded
        IF v_digit < 0 OR length(rtrim(p_value)) <> 26 THEN RETURN NULL; END IF;
        v_ms := (v_ms << 5) | v_digit;
      END LOOP;
  END CASE;
  RETURN to_timestamp(v_ms / 1000.0);
END
$fn$;
