-- When every partition has its indexes: checks that the parent's are valid, prepares the capture of the way back (its
-- triggers are created now because creating them on every partition inside the swap would cost writers their time) and
-- goes on to draining.
CREATE OR REPLACE FUNCTION prisma_partition.finish_indexes(t prisma_partition.tables)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_invalid text;
BEGIN
  SELECT string_agg(x.indexrelid::regclass::text, ', ') INTO v_invalid
  FROM pg_index x WHERE x.indrelid = t.partitioned AND NOT x.indisvalid;
  IF v_invalid IS NOT NULL THEN
    RAISE EXCEPTION 'prisma-partition: indexes of the partitioned table are not complete: %', v_invalid;
  END IF;
  PERFORM prisma_partition.create_triggers(t, t.partitioned);
  -- Statistics of the parent are nobody else's job: autovacuum analyzes leaves only.
  EXECUTE format('ANALYZE %s %s', CASE WHEN current_setting('server_version_num')::integer >= 180000 THEN 'ONLY' ELSE '' END,
    t.partitioned::regclass);
  UPDATE prisma_partition.tables SET step = 'drain' WHERE id = t.id;
END
$fn$;
