-- What a rollback needs before anything else: the table at stage cutover, its runners kept out until this transaction ends,
-- and the old table caught up with the live one.
--
-- Rows that have expired are in the old table still, and gone from the live one. Nobody wants them back, and the copy that
-- is left would differ by them for ever: they are deleted. What came later for the same time is in the live table and
-- stays. Whatever is written meanwhile is on the log and replayed later.
CREATE OR REPLACE FUNCTION prisma_partition.prepare_rollback(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET row_security = off AS $fn$
DECLARE
  t prisma_partition.tables; v_expired text;
BEGIN
  PERFORM prisma_partition.assert_read_committed();
  t := prisma_partition.claim_table(p_table, 'cutover');
  PERFORM prisma_partition.assert_intact(t);
  PERFORM prisma_partition.assert_same_columns(t);
  PERFORM prisma_partition.drain_all(t.id);
  PERFORM prisma_partition.set_aside_expired(t);
  v_expired := prisma_partition.kept_rows(t);
  IF v_expired <> 'true' THEN
    PERFORM set_config('prisma_partition.draining', 'on', true);
    PERFORM set_config('search_path', prisma_partition.operator_path(t.plain, prisma_partition.pair_columns(t)), true);
    EXECUTE format('DELETE FROM %s s WHERE NOT %s', t.plain::regclass, v_expired);
    PERFORM set_config('prisma_partition.draining', '', true);
    UPDATE prisma_partition.tables x SET expired_before = NULL WHERE x.id = t.id; -- of which the old table has nothing any more
  END IF;
END
$fn$;
