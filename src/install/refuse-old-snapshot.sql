-- What the guard on a swapped table raises: see guard_snapshots. Its arguments are the swap's transaction and the cluster.
-- Not for what that transaction itself writes afterwards.
-- Not for what COPY FROM inserts under READ COMMITTED, which takes its snapshot before its locks: it rests on no read.
-- Not in another cluster: where a dump was restored, transaction ids begin again, and the swap lies in the future of every
-- snapshot.
CREATE OR REPLACE FUNCTION prisma_partition.refuse_old_snapshot()
RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  IF pg_current_xact_id_if_assigned() = TG_ARGV[0]::xid8
    OR TG_OP = 'INSERT' AND current_setting('transaction_isolation') IN ('read committed', 'read uncommitted')
    OR TG_ARGV[1] <> (SELECT system_identifier::text FROM pg_control_system()) THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'could not serialize access due to concurrent partitioning of %.%', TG_TABLE_SCHEMA, TG_TABLE_NAME
    USING ERRCODE = 'serialization_failure', HINT = 'The transaction might succeed if retried.';
END
$fn$;
