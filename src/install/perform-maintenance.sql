-- One round of maintenance: see maintain.
CREATE OR REPLACE FUNCTION prisma_partition.perform_maintenance(p_schema text, p_table text)
RETURNS integer LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET lock_timeout = '5s' SET row_security = off AS $fn$
DECLARE
  t prisma_partition.tables := prisma_partition.find_table(p_schema, p_table);
  v_before oid[]; v_created integer; v_partman text := prisma_partition.partman_schema(); v_left boolean;
BEGIN
  IF NOT pg_try_advisory_xact_lock(1347440720, t.id) THEN
    RAISE NOTICE 'prisma-partition: %.% is being worked on; maintenance comes next time', p_schema, p_table;
    RETURN 0;
  END IF;
  v_before := ARRAY(SELECT inhrelid FROM pg_inherits WHERE inhparent = t.partitioned);
  PERFORM prisma_partition.empty_default(t);
  PERFORM prisma_partition.create_ahead(t);
  IF t.maintenance = 'partman' THEN
    -- Its maintenance takes the largest key of the default partition for the present: with rows left there it fails
    -- (4.7: infinity) or premakes towards them at every run (5.2). What would be left for it to do is to expire.
    EXECUTE format('SELECT EXISTS (SELECT FROM %s)', (SELECT partdefid::regclass FROM pg_partitioned_table WHERE partrelid = t.partitioned))
    INTO v_left;
    IF NOT v_left THEN
      EXECUTE format('SELECT %s.run_maintenance(p_parent_table := $1, p_analyze := false)', v_partman)
      USING prisma_partition.schema_of(t.partitioned) || '.' || t.table_name;
    ELSIF prisma_partition.retention_limit(t) IS NOT NULL THEN
      EXECUTE format('SELECT %s.drop_partition_time($1)', v_partman)
      USING prisma_partition.schema_of(t.partitioned) || '.' || t.table_name;
    END IF;
  ELSE
    PERFORM prisma_partition.expire_partitions(t);
  END IF;
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
  -- The way back is drained every minute for as long as it is kept: of those batches a week is enough to look at.
  DELETE FROM prisma_partition.batches WHERE table_id = t.id AND step = 'drain' AND finished_at < now() - interval '7 days';
  UPDATE prisma_partition.tables SET maintained_at = clock_timestamp() WHERE id = t.id;
  RETURN v_created;
END
$fn$;
