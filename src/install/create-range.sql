-- Creates the partitions that are missing from p_point on, the lower bound of a bucket, up to p_end, exclusive, each bucket
-- by itself: one further on may exist already, because rows were there. Neighbours that were cut differently are kept
-- clear of. No row of these buckets may be in the default partition: see empty_default.
CREATE OR REPLACE FUNCTION prisma_partition.create_range(t prisma_partition.tables, p_point text, p_end text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
DECLARE
  v_point text := p_point; v_lowers text[]; v_uppers text[]; v_upper text; v_next integer := 1;
BEGIN
  SELECT array_agg(p.lower ORDER BY p.ordinality), array_agg(p.upper ORDER BY p.ordinality) INTO v_lowers, v_uppers
  FROM prisma_partition.list_partitions(t.id) WITH ORDINALITY p
  WHERE NOT p.is_default AND prisma_partition.axis_compare(t.key_kind, p.upper, v_point) > 0;
  WHILE prisma_partition.axis_compare(t.key_kind, v_point, p_end) < 0 LOOP
    IF prisma_partition.axis_compare(t.key_kind, v_lowers[v_next], v_point) <= 0 THEN -- not true of null: none is left
      v_point := v_uppers[v_next];
      v_next := v_next + 1;
      CONTINUE;
    END IF;
    -- pg_partman cuts one interval from where it is told to, we cut to the end of the bucket.
    v_upper := prisma_partition.axis_step(t.key_kind, t.partition_interval, CASE t.maintenance WHEN 'partman' THEN v_point
      ELSE prisma_partition.axis_bucket(t.key_kind, t.partition_interval, v_point) END, 1);
    IF prisma_partition.axis_compare(t.key_kind, v_lowers[v_next], v_upper) < 0 THEN
      EXIT WHEN t.maintenance = 'partman';
      v_upper := v_lowers[v_next];
    END IF;
    EXIT WHEN NOT prisma_partition.axis_has_bound(t, v_upper);
    PERFORM prisma_partition.create_partition(t, v_point, v_upper);
    v_point := v_upper;
  END LOOP;
END
$fn$;
