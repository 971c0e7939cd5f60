-- Lower bound (inclusive) of the bucket that holds a point of the axis. Points are text: an instant in UTC for time
-- kinds and time-ordered ids, a whole number for integers. Month-based intervals are counted from year 0, all others
-- from Monday 2001-01-01, so that the same point always falls into the same bucket.
CREATE OR REPLACE FUNCTION prisma_partition.axis_bucket(p_kind text, p_interval text, p_point text)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
DECLARE
  v_at timestamp; v_interval interval; v_months integer; v_month integer; v_year integer;
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
  -- Years are counted with a year 0, which is 1 BC: extract() and make_timestamptz() have none.
  v_month := (extract(year FROM v_at) + CASE WHEN v_at < '0001-01-01' THEN 1 ELSE 0 END) * 12 + extract(month FROM v_at) - 1;
  v_month := floor(v_month::numeric / v_months) * v_months;
  v_year := floor(v_month / 12.0);
  RETURN make_timestamptz(v_year - CASE WHEN v_year < 1 THEN 1 ELSE 0 END, v_month - v_year * 12 + 1, 1, 0, 0, 0, 'UTC');
END
$fn$;
