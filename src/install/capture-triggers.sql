-- The capture triggers that stand on one of the two tables, and what each is made of: the one place that says so.
--
-- The plain table has statement triggers, which append the pairs of all rows of a statement at once from its transition
-- tables. A row trigger costs a writer 4.7 µs a row beside 5.0 µs for a heap-only update, these 1.2 µs; a single-row
-- INSERT takes 1.04 times as long with them, 1.15 times with a row trigger (PostgreSQL 18, 1,000 rows a statement).
-- Logical replication applies rows, not statements, so that they do not fire for it: for that there is a row trigger,
-- which fires where changes are applied as a replica. Statements of a session that takes that role fire both, and append
-- a pair twice: a statement that itself changes session_replication_role (by a trigger, a function) would escape from
-- two kinds of which each fires where the other does not.
--
-- The partitioned table has a row trigger: a statement may name one of its partitions, and the parent's statement
-- triggers do not fire for that, while its row triggers stand on every partition, those attached later too.
--
-- enabled: as in pg_trigger.tgenabled. A: always, R: only where changes are applied as a replica.
CREATE OR REPLACE FUNCTION prisma_partition.capture_triggers(t prisma_partition.tables, p_relation oid)
RETURNS TABLE (name text, enabled "char", fires text, function text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  SELECT c.name, c.enabled::"char", c.fires, 'capture_' || t.id || c.suffix
  FROM (VALUES
    (NULL, 'prisma_partition_capture_truncate', 'A', 'TRUNCATE', ''),
    (true, 'prisma_partition_capture', 'R', 'INSERT OR UPDATE OR DELETE', ''),
    (true, 'prisma_partition_capture_insert', 'A', 'INSERT', '_insert'),
    (true, 'prisma_partition_capture_update', 'A', 'UPDATE', '_update'),
    (true, 'prisma_partition_capture_delete', 'A', 'DELETE', '_delete'),
    (false, 'prisma_partition_capture', 'A', 'INSERT OR UPDATE OR DELETE', '')
  ) AS c (on_plain, name, enabled, fires, suffix)
  WHERE c.on_plain IS NULL OR c.on_plain = (p_relation = t.plain)
$fn$;
