-- Makes every write to the table that is live from now on fail with 40001 (serialization_failure) under a snapshot that is
-- older than the swap: it would pass over rows that were replayed here, or rest on a read that did. (Reads cannot be made
-- to fail.) The WHEN clause costs writers no function call; on a partitioned table the trigger stays on the parent. The
-- guard of an earlier swap goes: it concerns the table that is not live any more.
-- Such snapshots are those of REPEATABLE READ and SERIALIZABLE transactions. Under READ COMMITTED a statement takes its
-- snapshot when it has its locks, but COPY (UPDATE …) TO and EXPLAIN ANALYZE EXECUTE take theirs before they wait for them.
CREATE OR REPLACE FUNCTION prisma_partition.guard_snapshots(p_from oid, p_to oid)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  PERFORM prisma_partition.drop_trigger(p_from, 'prisma_partition_guard');
  EXECUTE format('CREATE TRIGGER prisma_partition_guard BEFORE INSERT OR UPDATE OR DELETE ON %1$s FOR EACH STATEMENT
    WHEN (NOT pg_visible_in_snapshot(%2$L::xid8, pg_current_snapshot()))
    EXECUTE FUNCTION prisma_partition.refuse_old_snapshot(%2$L, %3$L)',
    p_to::regclass, pg_current_xact_id(), (SELECT system_identifier FROM pg_control_system()));
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER prisma_partition_guard', p_to::regclass);
END
$fn$;
