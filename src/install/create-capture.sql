-- Starts change capture on the live table: a change log, and ENABLE ALWAYS triggers that append to it the identity and
-- partition key of every row that is written, old and new.
--
-- Why no write is missed: CREATE TRIGGER needs SHARE ROW EXCLUSIVE, which is held until this transaction commits and
-- conflicts with the ROW EXCLUSIVE of every writer. So whoever wrote before has committed before (the load will see
-- those rows), and whoever writes later finds the triggers, under any isolation level: triggers are read from the
-- catalog as it is, not as the writer's snapshot was. The block ranges of the load are cut under that same lock, so
-- every row that lies outside them was logged.
--
-- The log row is written in the writer's own transaction and appears or vanishes with it. The trigger function is
-- SECURITY DEFINER (writers need no right on the log) with a fixed search_path; ENABLE ALWAYS also catches
-- session_replication_role = replica; row triggers, unlike statement triggers, fire for logical replication too.
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

  EXECUTE format('CREATE TABLE %s AS SELECT %s FROM %s WITH NO DATA', v_log,
    prisma_partition.join_columns(v_pair, '%I', ', '), t.plain::regclass);
  -- Entries are appended and deleted all the time: vacuum by count, not by share of the table.
  EXECUTE format('ALTER TABLE %s SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
    autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_threshold = 2147483647)', v_log);

  -- Quoted as a literal: a name may hold any dollar quote.
  EXECUTE format($sql$
    CREATE FUNCTION prisma_partition.%I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS %L
  $sql$, 'capture_' || t.id, format($sql$
    BEGIN
      IF TG_OP = 'INSERT' THEN
        INSERT INTO %1$s VALUES (%2$s);
      ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO %1$s VALUES (%3$s);
      ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO %1$s VALUES (%3$s);
        IF record_image_ne(ROW(%2$s), ROW(%3$s)) THEN
          INSERT INTO %1$s VALUES (%2$s);
        END IF;
      ELSE -- TRUNCATE: an entry of nulls stands for the whole table
        INSERT INTO %1$s DEFAULT VALUES;
      END IF;
      RETURN NULL;
    END
  $sql$, v_log, prisma_partition.join_columns(v_pair, 'NEW.%I', ', '),
    prisma_partition.join_columns(v_pair, 'OLD.%I', ', ')));
  EXECUTE format('REVOKE ALL ON FUNCTION prisma_partition.%I() FROM PUBLIC', 'capture_' || t.id);

  PERFORM prisma_partition.create_drain(t, 'forward', t.plain, t.partitioned);

  PERFORM prisma_partition.lock_relations(ARRAY[t.plain], 'SHARE ROW EXCLUSIVE');
  PERFORM prisma_partition.create_triggers(t, t.plain);
  PERFORM prisma_partition.cut_batches(t.id);
END
$fn$;
