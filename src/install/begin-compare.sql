-- What both verify and differences begin with: refuses where there is nothing to compare, and takes ACCESS SHARE on both
-- tables and every partition, until the transaction ends. None can be attached or detached from then on (that takes ACCESS
-- EXCLUSIVE on the default partition, or on the parent), so the bounds that are read next are those of the rows that are
-- read after them; and nobody can TRUNCATE behind the snapshot's back.
CREATE OR REPLACE FUNCTION prisma_partition.begin_compare(p_table integer)
RETURNS prisma_partition.tables LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables; v_stage text;
BEGIN
  LOOP
    SELECT * INTO t FROM prisma_partition.tables WHERE id = p_table;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'prisma-partition: there is no table number %', p_table USING ERRCODE = 'undefined_object';
    END IF;
    IF prisma_partition.other_of(t) IS NULL THEN
      RAISE EXCEPTION 'prisma-partition: the old table of %.% is gone; there is nothing to compare with', t.schema_name, t.table_name
        USING ERRCODE = 'object_not_in_prerequisite_state',
          HINT = 'Both tables can be compared from the end of the backfill to stage: cleanup, which drops the old one.';
    END IF;
    IF t.step IN ('load', 'settle') THEN
      RAISE EXCEPTION 'prisma-partition: %.% is still being loaded; there is nothing to compare yet', t.schema_name, t.table_name
        USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'npx prisma-partition backfill ' || t.model;
    END IF;
    EXIT WHEN t.stage = v_stage; -- and not one that a swap ended while we waited for the lock
    v_stage := t.stage;
    EXECUTE format('LOCK TABLE %s, %s IN ACCESS SHARE MODE', prisma_partition.live_of(t)::regclass, prisma_partition.other_of(t)::regclass);
  END LOOP;
  RETURN t;
END
$fn$;
