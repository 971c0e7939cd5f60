-- The partition bound, as a literal of the key's own type, that stands at a point of the axis. A time-ordered id's
-- bound is the smallest id of that millisecond: its first 48 bits are Unix milliseconds (RFC 9562, ULID spec).
CREATE OR REPLACE FUNCTION prisma_partition.axis_to_bound(p_kind text, p_point text)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
DECLARE
  v_ms bigint; v_text text := '';
BEGIN
  CASE p_kind
    WHEN 'integer' THEN RETURN p_point::numeric::bigint;
    WHEN 'timestamptz' THEN RETURN p_point::timestamptz;
    WHEN 'timestamp' THEN RETURN p_point::timestamptz AT TIME ZONE 'UTC';
    WHEN 'date' THEN RETURN (p_point::timestamptz AT TIME ZONE 'UTC')::date;
    ELSE v_ms := floor(extract(epoch FROM p_point::timestamptz) * 1000);
  END CASE;
  IF v_ms < 0 THEN v_ms := 0; END IF;
  IF p_kind = 'uuid7' THEN
    RETURN (lpad(to_hex(v_ms), 12, '0') || repeat('0', 20))::uuid;
  END IF;
  FOR i IN REVERSE 9..0 LOOP
    v_text := v_text || substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', ((v_ms >> (i * 5)) & 31)::integer + 1, 1);
  END LOOP;
  RETURN v_text || repeat('0', 16);
END
$fn$;
