-- For when the capture triggers of a table were dropped or disabled, or entries of its log were lost: puts the triggers
-- back and has the whole table copied again. While it is still being loaded the load starts over, under the lock as at
-- setup. Later one entry of nulls, which stands for the whole table, makes the drain start from nothing.
-- SHARE ROW EXCLUSIVE on the live table, for milliseconds, so that no writer is in flight between the triggers and the rest.
CREATE OR REPLACE FUNCTION prisma_partition.restart_capture(p_schema text, p_table text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables := prisma_partition.find_table(p_schema, p_table); v_live oid;
BEGIN
  PERFORM pg_advisory_xact_lock(1347440720, t.id);
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = t.id;
  v_live := prisma_partition.live_of(t);
  PERFORM prisma_partition.lock_relations(ARRAY[v_live], 'SHARE ROW EXCLUSIVE');
  PERFORM prisma_partition.create_triggers(t, v_live);
  IF t.stage = 'setup' THEN
    EXECUTE format('TRUNCATE %s', t.partitioned::regclass);
  END IF;
  IF t.stage = 'setup' AND t.step IN ('load', 'settle') THEN
    EXECUTE format('TRUNCATE prisma_partition.%I', 'log_' || t.id);
    PERFORM prisma_partition.cut_batches(t.id);
  ELSE
    EXECUTE format('INSERT INTO prisma_partition.%I DEFAULT VALUES', 'log_' || t.id);
  END IF;
END
$fn$;
