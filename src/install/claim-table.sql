-- Takes a table for a transition: keeps its runners out until the transaction ends, and refuses one that is not at the
-- stage the transition starts from.
CREATE OR REPLACE FUNCTION prisma_partition.claim_table(p_table integer, p_stage text)
RETURNS prisma_partition.tables LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables;
BEGIN
  PERFORM pg_advisory_xact_lock(1347440720, p_table);
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  IF t.stage <> p_stage THEN
    RAISE EXCEPTION 'prisma-partition: %.% is at stage %, this migration starts from stage %', t.schema_name, t.table_name, t.stage, p_stage
      USING ERRCODE = 'object_not_in_prerequisite_state',
        HINT = 'Nothing was changed. If this migration has been carried out before: npx prisma migrate resolve --applied <this migration>';
  END IF;
  RETURN t;
END
$fn$;
