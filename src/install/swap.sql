-- Puts the partitioned table in the place of the plain one. Holds ACCESS EXCLUSIVE on both from the lock request to the
-- end of the migration's transaction; everything that could be built before has been.
--
-- Why no write is lost. The locks are taken source first, then target, as writers would (the other order deadlocks). When
-- they are held, no writer of the plain table is in flight, so the log holds every change that was not replayed, and the
-- last drain replays it. Writers that queue for the lock find the new table under the name when they get it; their
-- statement then takes its snapshot, so under READ COMMITTED it sees all of it.
-- A REPEATABLE READ or SERIALIZABLE transaction whose snapshot was taken before this one commits would not see the rows
-- replayed here. guard_snapshots makes its UPDATE or DELETE fail with 40001, which such clients retry, instead of
-- passing over rows it cannot see.
-- A crash before commit undoes all of it, and the plain table is what it was.
CREATE OR REPLACE FUNCTION prisma_partition.swap(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET jit = off SET row_security = off AS $fn$
DECLARE
  t prisma_partition.tables; r record; v_started timestamptz; v_last bigint; v_called boolean; v_owned text[] := '{}'; v_statement text;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  -- Drains before every attempt, in this session: plans and caches are warm when the lock comes.
  PERFORM prisma_partition.lock_relations(ARRAY[t.plain, t.partitioned] || ARRAY(
    SELECT DISTINCT confrelid FROM pg_constraint WHERE contype = 'f' AND conrelid = t.plain
    UNION SELECT conrelid FROM pg_constraint WHERE contype = 'f' AND confrelid = t.plain), 'ACCESS EXCLUSIVE', t.id);
  v_started := current_setting('prisma_partition.lock_requested')::timestamptz;
  PERFORM prisma_partition.assert_same_columns(t); -- once more: now nobody can alter it
  PERFORM prisma_partition.drain_all(t.id, 1000000);

  -- A serial's sequence follows its owner, which must be in its schema; an identity's cannot, so the new one goes on
  -- from where the old one stands.
  FOR r IN
    SELECT a.attname, d.objid AS sequence, d.deptype = 'i' AS is_identity
    FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
    WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = t.plain AND d.deptype IN ('a', 'i')
  LOOP
    IF r.is_identity THEN
      EXECUTE format('SELECT last_value, is_called FROM %s', r.sequence::regclass) INTO v_last, v_called;
      PERFORM setval(pg_get_serial_sequence(t.partitioned::regclass::text, r.attname), v_last, v_called);
    ELSE
      v_owned := v_owned || format('ALTER SEQUENCE %s OWNED BY %I.%I.%I', r.sequence::regclass, t.schema_name, t.table_name, r.attname);
      EXECUTE format('ALTER SEQUENCE %s OWNED BY NONE', r.sequence::regclass);
    END IF;
  END LOOP;

  EXECUTE format('ALTER TABLE %s SET SCHEMA %I', t.plain::regclass, t.schema_name || '_old');
  EXECUTE format('ALTER TABLE %s SET SCHEMA %I', t.partitioned::regclass, t.schema_name);

  FOREACH v_statement IN ARRAY v_owned LOOP EXECUTE v_statement; END LOOP;

  FOR r IN SELECT g.tgname, o.tgenabled FROM pg_trigger g JOIN pg_trigger o ON o.tgrelid = t.plain AND o.tgname = g.tgname
    WHERE g.tgrelid = t.partitioned AND NOT g.tgisinternal AND g.tgname NOT LIKE 'prisma\_partition\_%' AND o.tgenabled <> 'D'
  LOOP
    EXECUTE format('ALTER TABLE %s ENABLE %s TRIGGER %I', t.partitioned::regclass,
      CASE r.tgenabled WHEN 'A' THEN 'ALWAYS' WHEN 'R' THEN 'REPLICA' ELSE '' END, r.tgname);
  END LOOP;
  PERFORM prisma_partition.silence_triggers(t.plain); -- from now on rows are only replayed there
  PERFORM prisma_partition.swap_foreign_keys(t);
  PERFORM prisma_partition.guard_snapshots(t);
  -- From here on the log runs from the new table towards the old one (its triggers have stood since the indexes did).
  PERFORM prisma_partition.create_drain(t, 'reverse', t.partitioned, t.plain, prisma_partition.pair_columns(t));

  IF t.maintenance = 'partman' THEN
    EXECUTE format('UPDATE %s.part_config SET parent_table = $2, retention = $3, retention_keep_table = $4, retention_schema = $5 WHERE parent_table = $1',
      prisma_partition.partman_schema())
    USING t.schema_name || '_partitioned.' || t.table_name, t.schema_name || '.' || t.table_name, t.retention, t.on_expire = 'detach',
      CASE WHEN t.on_expire = 'detach' THEN t.schema_name || '_partitioned' END;
  END IF;
  UPDATE prisma_partition.tables
  SET stage = 'cutover', step = CASE WHEN prisma_partition.unvalidated(t) IS NULL THEN 'drain' ELSE 'validate' END,
    swapped_at = clock_timestamp(), swap_lock_ms = extract(epoch FROM clock_timestamp() - v_started) * 1000
  WHERE id = t.id;
END
$fn$;
