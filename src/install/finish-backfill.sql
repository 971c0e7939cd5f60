-- What the swap needs to be done already. A large table must have been backfilled by its runner. A table that is empty
-- or small (is_small: a fresh database, CI, Prisma's shadow database) goes all the way here, in this transaction.
-- Returns with the table's runners kept out until the transaction ends.
CREATE OR REPLACE FUNCTION prisma_partition.finish_backfill(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET row_security = off AS $fn$
DECLARE
  t prisma_partition.tables; v_state text;
BEGIN
  PERFORM prisma_partition.assert_read_committed();
  t := prisma_partition.claim_table(p_table, 'setup');
  IF t.step <> 'drain' AND NOT prisma_partition.is_small(t.plain) THEN
    RAISE EXCEPTION 'prisma-partition: the backfill of %.% has not finished (it is at step "%")', t.schema_name, t.table_name, t.step
      USING ERRCODE = 'object_not_in_prerequisite_state',
        HINT = format('Nothing was changed. 1. npx prisma-partition backfill %s   2. npx prisma migrate resolve --rolled-back <this migration>   3. npx prisma migrate deploy', t.model);
  END IF;
  WHILE t.step <> 'drain' LOOP
    SELECT s.state INTO v_state FROM prisma_partition.run_step(p_table) s;
    IF v_state = 'waiting' THEN
      RAISE EXCEPTION 'prisma-partition: the backfill of %.% cannot go on', t.schema_name, t.table_name;
    END IF;
    SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  END LOOP;
  PERFORM prisma_partition.assert_intact(t);
  PERFORM prisma_partition.assert_same_columns(t);
  PERFORM prisma_partition.drain_all(p_table);
  PERFORM prisma_partition.empty_default(t);
END
$fn$;
