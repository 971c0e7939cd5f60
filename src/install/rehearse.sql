-- Makes the copy, its indexes and its properties, and takes all of it back: what PostgreSQL itself refuses for a partitioned
-- table is said at setup, not hours later when the load is done. Some 10 ms; ACCESS SHARE on the table.
CREATE OR REPLACE FUNCTION prisma_partition.rehearse(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_step text := 'creating it'; v_done constant text := 'PP000';
BEGIN
  PERFORM prisma_partition.create_shadow(p_table);
  v_step := 'its indexes';
  PERFORM prisma_partition.prepare_indexes(p_table);
  v_step := 'its properties';
  PERFORM prisma_partition.carry_properties(p_table);
  RAISE EXCEPTION USING ERRCODE = v_done;
EXCEPTION
WHEN SQLSTATE 'PP000' THEN NULL;
WHEN OTHERS THEN
  RAISE EXCEPTION 'prisma-partition: a partitioned copy cannot be made (%): %', v_step, SQLERRM
    USING ERRCODE = SQLSTATE, HINT = 'Nothing was changed.';
END
$fn$;
