-- Puts the rows in which a partition differs on the change log, so that the next drain copies them anew from the live
-- table. Returns their number. Takes no lock but ACCESS SHARE.
--
-- Why that is right under live writes. An entry on the log says no more than that a row may differ; replaying it makes the
-- other table's rows under that (identity, key) equal to what the live one holds by then, whoever wrote it meanwhile (see
-- create_drain). So a row too many is deleted, a missing one copied, a changed one overwritten, and one that a writer has
-- just changed is replayed twice. The drain holds the table's lock against every other runner. A crash in between leaves
-- entries on the log, where any runner finds them.
CREATE OR REPLACE FUNCTION prisma_partition.repair(p_table integer, p_partition text)
RETURNS bigint LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_rows bigint;
BEGIN
  EXECUTE format('INSERT INTO prisma_partition.%1$I SELECT x.* FROM prisma_partition.differences($1, $2, NULL) d,
    jsonb_populate_record(NULL::prisma_partition.%1$I, d.row_identity) x', 'log_' || p_table) USING p_table, p_partition;
  GET DIAGNOSTICS v_rows = ROW_COUNT;
  RETURN v_rows;
END
$fn$;
