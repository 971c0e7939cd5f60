-- Constraints that a partitioned table cannot have, or that would be enforced on rows which break them. Foreign keys: see
-- refuse_unvalidated.
CREATE OR REPLACE FUNCTION prisma_partition.refuse_constraints(p_plain oid)
RETURNS SETOF text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  k record; v_table text := p_plain::regclass;
BEGIN
  FOR k IN SELECT c.*, pg_get_constraintdef(c.oid) AS definition, to_jsonb(c) ->> 'conenforced' AS enforced FROM pg_constraint c
    WHERE c.conrelid = p_plain ORDER BY c.conname
  LOOP
    IF EXISTS (SELECT FROM pg_index x WHERE x.indexrelid = k.conindid AND x.indrelid = p_plain AND x.indisexclusion) THEN
      RETURN NEXT format('constraint %I keeps rows from overlapping, which cannot be checked across partitions; if it may go, run: ALTER TABLE %s DROP CONSTRAINT %1$I', k.conname, v_table);
    ELSIF k.contype IN ('c', 'n') AND NOT k.convalidated AND k.enforced IS DISTINCT FROM 'false' THEN
      RETURN NEXT format('constraint %I is NOT VALID, but would be enforced on every row that is copied; mend the rows that break it and run: ALTER TABLE %s VALIDATE CONSTRAINT %1$I', k.conname, v_table);
    END IF;
    IF k.contype IN ('c', 'n') AND k.connoinherit THEN
      RETURN NEXT format('constraint %I is NO INHERIT, so partitions would not have it; run: ALTER TABLE %s %s', k.conname, v_table, CASE k.contype
        WHEN 'n' THEN format('ALTER CONSTRAINT %I INHERIT', k.conname)
        ELSE format('DROP CONSTRAINT %1$I, ADD CONSTRAINT %1$I %2$s', k.conname, replace(k.definition, ' NO INHERIT', '')) END);
    END IF;
  END LOOP;
END
$fn$;
