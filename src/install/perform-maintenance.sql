-- One round of maintenance: see maintain; or, with p_from and p_to, what ensure_partitions does. Null where the table is
-- being worked on.
DROP FUNCTION IF EXISTS prisma_partition.perform_maintenance(text, text);
CREATE OR REPLACE FUNCTION prisma_partition.perform_maintenance(p_schema text, p_table text, p_from text DEFAULT NULL, p_to text DEFAULT NULL)
RETURNS integer LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET lock_timeout = '5s' SET row_security = off AS $fn$
DECLARE
  t prisma_partition.tables := prisma_partition.find_table(p_schema, p_table);
  v_before oid[]; v_created integer;
BEGIN
  IF NOT pg_try_advisory_xact_lock(1347440720, t.id) THEN
    RAISE NOTICE 'prisma-partition: %.% is being worked on; maintenance comes next time', p_schema, p_table;
    RETURN NULL;
  END IF;
  v_before := ARRAY(SELECT inhrelid FROM pg_inherits WHERE inhparent = t.partitioned);
  FOR v_attempt IN 1..5 LOOP
    BEGIN
      PERFORM prisma_partition.renew_partitions(t, p_from, p_to);
      EXIT;
    -- A row has gone to the default partition since it was emptied, and belongs into the partition that is attached. The
    -- next attempt moves it first. (pg_partman raises an error of its own, with the text of the other.)
    EXCEPTION WHEN check_violation OR raise_exception THEN
      IF v_attempt = 5 OR strpos(SQLERRM, 'updated partition constraint for default partition') = 0 THEN RAISE; END IF;
    END;
  END LOOP;
  PERFORM prisma_partition.carry_to_partition(t.partitioned, n.inhrelid) FROM ( -- each takes after the one before it
    SELECT inhrelid FROM pg_inherits WHERE inhparent = t.partitioned AND inhrelid <> ALL (v_before) ORDER BY inhrelid) n;
  SELECT count(*) INTO v_created FROM pg_inherits WHERE inhparent = t.partitioned AND inhrelid <> ALL (v_before);
  -- Rows that left the default partition took foreign keys off for a moment. The runner validates them again; where there
  -- is none any more, it is done here.
  SELECT * INTO STRICT t FROM prisma_partition.tables x WHERE x.id = t.id;
  WHILE t.stage = 'cleanup' AND t.step = 'validate' LOOP
    PERFORM prisma_partition.step_validate(t);
    SELECT * INTO STRICT t FROM prisma_partition.tables x WHERE x.id = t.id;
  END LOOP;
  IF p_from IS NOT NULL THEN RETURN v_created; END IF;
  -- The way back is drained every minute for as long as it is kept: of those batches a week is enough to look at.
  DELETE FROM prisma_partition.batches WHERE table_id = t.id AND step = 'drain' AND finished_at < now() - interval '7 days';
  UPDATE prisma_partition.tables SET maintained_at = clock_timestamp() WHERE id = t.id;
  RETURN v_created;
END
$fn$;
