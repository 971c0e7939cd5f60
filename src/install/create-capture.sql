-- Starts change capture on the live table: a change log, and triggers that append to it the identity and partition key of
-- every row that is written, old and new (see capture_triggers).
--
-- Why no write is missed: CREATE TRIGGER needs SHARE ROW EXCLUSIVE, which is held until this transaction commits and
-- conflicts with the ROW EXCLUSIVE of every writer. So whoever wrote before has committed before (the load will see
-- those rows), and whoever writes later finds the triggers, under any isolation level: triggers are read from the
-- catalog as it is, not as the writer's snapshot was. The block ranges of the load are cut under that same lock, so
-- every row that lies outside them was logged.
CREATE OR REPLACE FUNCTION prisma_partition.create_capture(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables;
  v_pair text[];
  v_log text;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  v_pair := prisma_partition.pair_columns(t);
  v_log := format('prisma_partition.%I', 'log_' || t.id);

  -- Of base types: a domain may refuse the nulls of a TRUNCATE's entry, or have a default for them.
  EXECUTE format('CREATE TABLE %s AS SELECT %s FROM %s WITH NO DATA', v_log, (
    SELECT string_agg(format('%1$I::%2$s AS %1$I', a.attname, format_type(prisma_partition.base_type(a.atttypid), -1)), ', ' ORDER BY v.ordinality)
    FROM unnest(v_pair) WITH ORDINALITY AS v (name, ordinality) JOIN pg_attribute a ON a.attrelid = t.plain AND a.attname = v.name
  ), t.plain::regclass);
  -- Entries are appended and deleted all the time: vacuum by count, not by share of the table.
  EXECUTE format('ALTER TABLE %s SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
    autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_threshold = 2147483647)', v_log);

  PERFORM prisma_partition.create_capture_functions(t);
  PERFORM prisma_partition.create_drain(t, 'forward', t.plain);

  PERFORM prisma_partition.lock_relations(ARRAY[t.plain], 'SHARE ROW EXCLUSIVE');
  PERFORM prisma_partition.create_triggers(t, t.plain);
  PERFORM prisma_partition.cut_batches(t.id);
END
$fn$;
