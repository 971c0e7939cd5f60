-- Keeps a table partitioned: rows out of the default partition, partitions ahead, expired ones detached or dropped.
-- Through pg_partman where it maintains the table; bounds are cut in UTC either way. Returns the partitions created.
-- Locks: the default partition ACCESS EXCLUSIVE while a partition is attached, the parent SHARE UPDATE EXCLUSIVE, all of
-- them waited for no longer than lock_timeout (5s unless set lower). The parent ACCESS EXCLUSIVE only where rows leave the
-- default partition (see move_default_rows) or a partition expires.
CREATE OR REPLACE FUNCTION prisma_partition.maintain(p_schema text, p_table text)
RETURNS integer LANGUAGE plpgsql AS $fn$
DECLARE
  v_search_path text := current_setting('search_path'); v_created integer;
BEGIN
  v_created := prisma_partition.perform_maintenance(p_schema, p_table);
  PERFORM prisma_partition.restore_search_path(v_search_path); -- see run_step
  RETURN v_created;
END
$fn$;
