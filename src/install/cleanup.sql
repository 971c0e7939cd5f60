-- Gives up the way back: drops the old table, its change log and the capture. The partitioned table stays, with its
-- maintenance. ACCESS EXCLUSIVE on it while triggers are dropped, for milliseconds.
--
-- p_keep is how long the old table must be kept after the cutover, null for no time at all. It does not hold where there
-- is nothing to keep (an empty old table), nor where this very session has set the table up and it is small: then a whole
-- history is being replayed, on a fresh database or Prisma's shadow database.
CREATE OR REPLACE FUNCTION prisma_partition.cleanup(p_table integer, p_keep interval)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET row_security = off AS $fn$
DECLARE
  t prisma_partition.tables; v_kept boolean; v_until timestamptz;
BEGIN
  t := prisma_partition.claim_table(p_table, 'cutover');
  PERFORM prisma_partition.validate_small(t);
  IF prisma_partition.unvalidated(t) IS NOT NULL THEN
    RAISE EXCEPTION 'prisma-partition: foreign keys of %.% are not validated yet', t.schema_name, t.table_name
      USING ERRCODE = 'object_not_in_prerequisite_state',
        HINT = format('Nothing was changed. 1. npx prisma-partition backfill %s   2. npx prisma migrate resolve --rolled-back <this migration>   3. npx prisma migrate deploy', t.model);
  END IF;
  v_until := t.swapped_at + p_keep;
  IF v_until > clock_timestamp() AND EXISTS (SELECT FROM pg_class WHERE oid = t.plain) THEN
    EXECUTE format('SELECT EXISTS (SELECT FROM %s)', t.plain::regclass) INTO v_kept;
    IF v_kept AND NOT (prisma_partition.is_small(t.plain) AND t.created_at >= (SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid())) THEN
      RAISE EXCEPTION 'prisma-partition: the old table of %.% is to be kept until % UTC', t.schema_name, t.table_name, to_char(v_until, 'YYYY-MM-DD HH24:MI')
        USING ERRCODE = 'object_not_in_prerequisite_state',
          HINT = 'Nothing was changed. 1. npx prisma migrate resolve --rolled-back <this migration>   2. Wait until then and run npx prisma migrate deploy; or delete the folder of this migration, shorten keepOld in the annotation, npx prisma generate, and deploy that.';
    END IF;
  END IF;
  PERFORM prisma_partition.lock_relations(ARRAY[t.partitioned, t.plain], 'ACCESS EXCLUSIVE');
  PERFORM prisma_partition.drop_machinery(t);
  PERFORM prisma_partition.drop_relation(t.plain);
  DELETE FROM prisma_partition.batches WHERE table_id = t.id;
  UPDATE prisma_partition.tables SET stage = 'cleanup', step = 'drain', plain = NULL, last_error = NULL, last_error_at = NULL WHERE id = t.id;
  PERFORM prisma_partition.drop_empty_schemas(t);
END
$fn$;
