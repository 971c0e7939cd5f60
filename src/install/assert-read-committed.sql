-- Work that reads the log first and the table afterwards is right under READ COMMITTED only (READ UNCOMMITTED is the same).
CREATE OR REPLACE FUNCTION prisma_partition.assert_read_committed()
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
    RAISE EXCEPTION 'prisma-partition: this must run under READ COMMITTED, not %', upper(current_setting('transaction_isolation'))
      USING ERRCODE = 'invalid_transaction_state',
        HINT = 'Set default_transaction_isolation to ''read committed'' for the role or connection that runs migrations and backfills.';
  END IF;
END
$fn$;
