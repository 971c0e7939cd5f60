-- Validates what a swap has left NOT VALID where all tables concerned are small: when a whole history is deployed at once,
-- nobody has run the step `validate` in between. Locks as in step_validate; the caller holds the table's advisory lock.
CREATE OR REPLACE FUNCTION prisma_partition.validate_small(t prisma_partition.tables)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_next text[];
BEGIN
  LOOP
    v_next := prisma_partition.unvalidated(t);
    EXIT WHEN v_next IS NULL OR NOT prisma_partition.is_small(t.plain) OR NOT prisma_partition.is_small(v_next[1]::regclass);
    PERFORM prisma_partition.step_validate(t);
  END LOOP;
END
$fn$;
