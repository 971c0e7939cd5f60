-- Keeps a table partitioned: rows out of the default partition, partitions ahead, expired ones detached or dropped.
-- Through pg_partman where it maintains the table; bounds are cut in UTC either way. Returns how many
-- partitions were created; null where the table is being worked on, and it is to be asked again.
-- Locks: the parent ACCESS EXCLUSIVE, from the first partition that is made, filled from the default one or expired, to
-- the end; had in attempts of 50 ms, so that nobody queues behind it for longer.
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
