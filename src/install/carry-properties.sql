-- Gives the table that follows what neither LIKE nor the backfill gave it: owner, grants, row security and policies,
-- triggers, comments, statistics targets, storage parameters … (see property_kinds). From the live table to the other
-- one, in either direction, and again whenever they went apart. Changes the table that nobody uses, only.
CREATE OR REPLACE FUNCTION prisma_partition.carry_properties(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  PERFORM prisma_partition.carry(p_table);
  -- Rows are only replayed there, which to the application's triggers is no change.
  PERFORM prisma_partition.silence_triggers(prisma_partition.other_of(t));
  IF t.stage = 'setup' THEN
    PERFORM prisma_partition.carry_to_partition(t.partitioned, inhrelid) FROM pg_inherits WHERE inhparent = t.partitioned;
  END IF;
END
$fn$;
