-- What the guard on a swapped table raises: see guard_snapshots.
CREATE OR REPLACE FUNCTION prisma_partition.refuse_old_snapshot()
RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  RAISE EXCEPTION 'could not serialize access due to concurrent partitioning of %.%', TG_TABLE_SCHEMA, TG_TABLE_NAME
    USING ERRCODE = 'serialization_failure', HINT = 'The transaction might succeed if retried.';
END
$fn$;
