-- Does one unit of work for a table, in the caller's transaction: a load batch, the settling of what was loaded, one
-- partition's indexes, a drain. Safe to call from many connections at once, and after a crash at any place: what a unit
-- did commits together with the record that it is done.
--
-- Loads and index builds of one table hold its advisory lock in shared mode, everything else holds it exclusively: so no
-- drain ever runs while a load batch is in flight, and two runners (CLI and pg_cron) cannot both drain.
-- Its key is (1347440720, table); (1347440721, table) is held for a session by the procedure `work`, so that it runs once.
--
-- Returns what was done: state `worked` (call again), `waiting` (somebody else is at it), `idle` (nothing to do now).
--
-- pg_partman sets search_path for the session and puts back what it finds, which within a function that pins it is the
-- pinned one: so the caller's is put back here, where nothing is pinned.
CREATE OR REPLACE FUNCTION prisma_partition.run_step(p_table integer)
RETURNS TABLE (step text, rows bigint, state text) LANGUAGE plpgsql AS $fn$
DECLARE
  v_search_path text := current_setting('search_path');
BEGIN
  SELECT p.step, p.rows, p.state INTO step, rows, state FROM prisma_partition.perform_step(p_table) p;
  PERFORM prisma_partition.restore_search_path(v_search_path);
  RETURN NEXT;
END
$fn$;
