-- What will become of the rows in a table's default partition, from one scan of it (ACCESS SHARE):
--   movable    the next maintenance gives them a partition
--   beyond     they lie after the end of what is premade, and wait for it; beyond_from and beyond_to are the bounds around the first and
--              the last of them, or around the first bucket alone where more than two dozen would lie between
--   expired    their partition would expire at once; expired partitions are kept, so they stay
--   placeless  no bound can stand beside them: infinity, text that is no ULID
-- SECURITY DEFINER: who monitors may know how many there are.
CREATE OR REPLACE FUNCTION prisma_partition.default_row_kinds(p_table integer,
  OUT partition text, OUT movable bigint, OUT beyond bigint, OUT expired bigint, OUT placeless bigint,
  OUT beyond_from text, OUT beyond_to text, OUT expired_before text, OUT placeless_condition text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' AS $fn$
DECLARE
  t prisma_partition.tables; v_default oid; v_end text; v_limit text; v_key text; v_first text; v_last text;
BEGIN
  movable := 0; beyond := 0; expired := 0; placeless := 0;
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  SELECT partdefid INTO v_default FROM pg_partitioned_table WHERE partrelid = t.partitioned AND partdefid <> 0;
  IF v_default IS NULL THEN RETURN; END IF;
  SELECT format('%I.%I', n.nspname, c.relname) INTO partition
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = v_default;

  v_end := prisma_partition.premake_end(t); -- as empty_default has it
  WHILE NOT prisma_partition.axis_has_bound(t, v_end) LOOP
    v_end := prisma_partition.axis_step(t.key_kind, t.partition_interval, v_end, -1);
  END LOOP;
  v_limit := CASE t.on_expire WHEN 'detach' THEN prisma_partition.retention_limit(t) END;
  expired_before := prisma_partition.axis_to_bound(t.key_kind, prisma_partition.axis_bucket(t.key_kind, t.partition_interval, v_limit));
  placeless_condition := CASE t.key_kind WHEN 'integer' THEN 'false' WHEN 'uuid7' THEN 'false'
    WHEN 'ulid' THEN format('%I !~ ''^[0-9A-HJKMNP-TV-Z]{26} *$''', t.key_column)
    ELSE format('NOT isfinite(%I)', t.key_column) END;
  -- There is no min(uuid) before PostgreSQL 18; its text sorts as it does.
  v_key := format(CASE t.key_kind WHEN 'uuid7' THEN '%I::text COLLATE "C"' WHEN 'ulid' THEN '%I COLLATE "C"' ELSE '%I' END, t.key_column);
  EXECUTE format(
    'SELECT count(*) FILTER (WHERE k.kind = ''placeless''), count(*) FILTER (WHERE k.kind = ''expired''), count(*) FILTER (WHERE k.kind = ''beyond''),
       count(*) FILTER (WHERE k.kind = ''movable''), min(%1$s) FILTER (WHERE k.kind = ''beyond'')::text, max(%1$s) FILTER (WHERE k.kind = ''beyond'')::text
     FROM %2$s CROSS JOIN LATERAL (SELECT CASE WHEN %3$s THEN ''placeless'' WHEN %4$I >= %5$L THEN ''beyond'' WHEN %4$I < %6$L THEN ''expired'' ELSE ''movable'' END AS kind) k',
    v_key, v_default::regclass, placeless_condition, t.key_column, prisma_partition.axis_to_bound(t.key_kind, v_end), expired_before)
  INTO placeless, expired, beyond, movable, v_first, v_last;
  v_first := prisma_partition.axis_bucket(t.key_kind, t.partition_interval, prisma_partition.axis_from_bound(t.key_kind, v_first));
  v_last := prisma_partition.axis_bucket(t.key_kind, t.partition_interval, prisma_partition.axis_from_bound(t.key_kind, v_last));
  IF prisma_partition.axis_compare(t.key_kind, v_last, prisma_partition.axis_step(t.key_kind, t.partition_interval, v_first, 24)) > 0 THEN
    v_last := v_first;
  END IF;
  beyond_from := v_first;
  beyond_to := prisma_partition.axis_step(t.key_kind, t.partition_interval, v_last, 1);
END
$fn$;
