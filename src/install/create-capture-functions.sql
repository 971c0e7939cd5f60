-- Creates what the capture triggers of a table call: all of them append (identity, key) pairs to its change log, old and
-- new, in the writer's own transaction, so that an entry appears or vanishes with the write.
--
-- SECURITY DEFINER: writers need no right on the log. The row trigger's function has a fixed search_path. The statement
-- triggers' have none, which a single-row INSERT would pay with 5 %; whatever they name is qualified, operators too, and
-- an unqualified transition table is found before any table of that name. UNION compares by the types' own operator
-- classes, as the unique index on the pair does, whatever the search_path; it takes the pairs of an update once where they
-- have not changed.
CREATE OR REPLACE FUNCTION prisma_partition.create_capture_functions(t prisma_partition.tables)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_pair text[] := prisma_partition.pair_columns(t);
  v_columns text := prisma_partition.join_columns(v_pair, '%I', ', ');
  v_log text := format('prisma_partition.%I', 'log_' || t.id);
  f record;
BEGIN
  -- Bodies are quoted as literals: a name may hold any dollar quote.
  FOR f IN
    SELECT '' AS suffix, 'SET search_path = pg_catalog, pg_temp' AS settings, format($sql$
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
  $sql$, v_log, prisma_partition.join_columns(v_pair, 'NEW.%I', ', '), prisma_partition.join_columns(v_pair, 'OLD.%I', ', ')) AS body
    UNION ALL
    SELECT s.suffix, '', format($sql$
    #variable_conflict use_column -- a column may be named like what a trigger function has: found, new, tg_op
    BEGIN
      IF pg_catalog.current_setting('prisma_partition.draining', true) OPERATOR(pg_catalog.=) 'on' THEN RETURN NULL; END IF;
      INSERT INTO %s %s;
      RETURN NULL;
    END
  $sql$, v_log, s.pairs)
    FROM (VALUES
      ('_insert', format('SELECT %s FROM new_rows', v_columns)),
      ('_update', format('SELECT %1$s FROM old_rows UNION SELECT %1$s FROM new_rows', v_columns)),
      ('_delete', format('SELECT %s FROM old_rows', v_columns))
    ) AS s (suffix, pairs)
  LOOP
    EXECUTE format('CREATE FUNCTION prisma_partition.%I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER %s AS %L',
      'capture_' || t.id || f.suffix, f.settings, f.body);
    EXECUTE format('REVOKE ALL ON FUNCTION prisma_partition.%I() FROM PUBLIC', 'capture_' || t.id || f.suffix);
  END LOOP;
END
$fn$;
