-- Records what the annotation asks for and returns the table's number. Takes ACCESS SHARE on the table, changes
-- nothing but prisma_partition.tables and prisma_partition.uniques. Refuses, by name and with the remedy, every table
-- that could not be carried over whole: everything that is in the way at once, one line each.
--   p_spec     the annotation, resolved: see the migration's header line
--   p_uniques  the uniques that the model states: [{"columns": [], "targetName": "", "targetColumns": []}]
CREATE OR REPLACE FUNCTION prisma_partition.register(p_schema text, p_table text, p_spec jsonb, p_uniques jsonb)
RETURNS integer LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_name text := format('%I.%I', p_schema, p_table);
  v_plain oid := to_regclass(v_name);
  t prisma_partition.tables;
  v_identity text[] := ARRAY(SELECT jsonb_array_elements_text(p_spec -> 'identity'));
  v_weaken text[] := ARRAY(SELECT jsonb_array_elements_text(p_spec -> 'weakenUnique'));
  v_problems text[];
  v_id integer;
BEGIN
  IF v_plain IS NULL THEN
    RAISE EXCEPTION 'prisma-partition: table % does not exist', v_name
      USING ERRCODE = 'undefined_table', HINT = 'The migration that creates it must come before this one.';
  END IF;

  SELECT * INTO t FROM prisma_partition.tables WHERE schema_name = p_schema AND table_name = p_table FOR UPDATE;
  IF FOUND THEN
    IF v_plain IN (t.plain, t.partitioned) THEN
      RAISE EXCEPTION 'prisma-partition: % is already set up (stage %)', v_name, t.stage
        USING HINT = 'This migration has been applied before: npx prisma migrate resolve --applied <this migration>';
    END IF;
    -- Left behind by `prisma migrate reset`, which drops the datasource's own schemas only.
    PERFORM prisma_partition.forget(t.id);
  END IF;

  v_problems := string_to_array(prisma_partition.refusal(v_plain, p_spec ->> 'key', p_spec ->> 'kind', v_identity, p_uniques, v_weaken), E'\n')
    || ARRAY(SELECT prisma_partition.refuse_copy(v_plain));
  IF v_problems <> '{}' THEN
    RAISE EXCEPTION 'prisma-partition: % cannot be partitioned: %', v_name,
        CASE cardinality(v_problems) WHEN 1 THEN v_problems[1] ELSE E'\n- ' || array_to_string(v_problems, E'\n- ') END
      USING ERRCODE = 'feature_not_supported', HINT = 'Nothing was changed.';
  END IF;
  IF current_setting('wal_level') <> 'logical' AND EXISTS (SELECT FROM prisma_partition.publications_of(v_plain)) THEN
    RAISE WARNING 'prisma-partition: % is in a publication, but nothing is published while wal_level is %', v_name, current_setting('wal_level');
  END IF;

  INSERT INTO prisma_partition.tables (model, schema_name, table_name, plain, key_column, key_kind, partition_interval,
    premake, batch_size, retention, on_expire, identity_columns, weaken_unique, backfill_schedule, maintenance_schedule, maintenance,
    scheduler, cron_nodename)
  SELECT p_spec ->> 'model', p_schema, p_table, v_plain, p_spec ->> 'key', p_spec ->> 'kind', p_spec ->> 'interval',
    (p_spec ->> 'premake')::integer, (p_spec ->> 'batchSize')::integer, p_spec ->> 'retention',
    coalesce(p_spec ->> 'onExpire', 'detach'), v_identity, v_weaken, p_spec -> 'schedule' ->> 'backfill',
    p_spec -> 'schedule' ->> 'maintenance',
    -- pg_partman cuts by time; integers and time-ordered ids are maintained by this package everywhere.
    CASE WHEN p_spec ->> 'maintenance' <> 'builtin' AND p_spec ->> 'kind' IN ('timestamptz', 'timestamp', 'date')
              AND strpos(p_schema || p_table, '.') = 0 -- where its names would end
              -- 4.7 cuts names by letters, PostgreSQL by bytes: its partitions would all have the same one.
              AND (octet_length(p_table) <= 43 OR octet_length(p_table) = length(p_table))
              AND prisma_partition.partman_usable() THEN 'partman' ELSE 'builtin' END,
    prisma_partition.choose_scheduler(p_spec ->> 'scheduler'),
    p_spec ->> 'cronNodename'
  RETURNING id INTO v_id;

  INSERT INTO prisma_partition.uniques (table_id, columns, target_name, target_columns)
  SELECT v_id, ARRAY(SELECT jsonb_array_elements_text(u -> 'columns')), u ->> 'targetName',
    ARRAY(SELECT jsonb_array_elements_text(u -> 'targetColumns'))
  FROM jsonb_array_elements(p_uniques) AS u
  ON CONFLICT DO NOTHING;
  PERFORM prisma_partition.rehearse(v_id);
  RETURN v_id;
END
$fn$;
