-- Lower bound (inclusive) of the bucket that holds a point of the axis. Points are text: an instant in UTC for time
-- kinds and time-ordered ids, a whole number for integers. Month-based intervals are counted from year 0, all others
-- from Monday 2001-01-01, so that the same point always falls into the same bucket.
CREATE OR REPLACE FUNCTION prisma_partition.axis_bucket(p_kind text, p_interval text, p_point text)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
DECLARE
  v_at timestamp; v_interval interval; v_months integer; v_month integer;
BEGIN
  IF p_kind = 'integer' THEN
    -- Not floor(point / interval): a quotient of numerics is rounded, up to the next bucket at the end of bigint.
    RETURN p_point::numeric - mod(p_point::numeric, p_interval::numeric)
      - CASE WHEN mod(p_point::numeric, p_interval::numeric) < 0 THEN p_interval::numeric ELSE 0 END;
  END IF;
  v_at := p_point::timestamptz AT TIME ZONE 'UTC';
  v_interval := p_interval::interval;
  v_months := extract(year FROM v_interval) * 12 + extract(month FROM v_interval);
  IF v_months = 0 THEN
    RETURN date_bin(v_interval, v_at, timestamp '2001-01-01') AT TIME ZONE 'UTC';
  END IF;
  v_month := extract(year FROM v_at) * 12 + extract(month FROM v_at) - 1;
  v_month := v_month - mod(v_month, v_months);
  RETURN make_timestamptz(v_month / 12, mod(v_month, 12) + 1, 1, 0, 0, 0, 'UTC');
END
$fn$;
