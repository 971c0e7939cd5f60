-- Makes the table that follows equal to the live one in the properties of these kinds (null: all that can be carried), as
-- parity finds them: what differs is changed, what the live table lacks is taken away. Run again, it changes nothing.
-- What one statement brings about may be what another needs (a comment its trigger), so it looks again until it is done.
CREATE OR REPLACE FUNCTION prisma_partition.carry(p_table integer, p_kinds text[] DEFAULT NULL)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_statements text[]; v_statement text;
BEGIN
  FOR v_pass IN 1..3 LOOP
    v_statements := ARRAY(
      SELECT p.statement FROM prisma_partition.parity(p_table) WITH ORDINALITY p JOIN prisma_partition.property_kinds() k ON k.kind = p.kind
      WHERE k.brought_by = 'carry' AND p.state <> 'same' AND p.statement IS NOT NULL AND (p_kinds IS NULL OR p.kind = ANY (p_kinds))
      ORDER BY p.ordinality);
    EXIT WHEN v_statements = '{}';
    FOREACH v_statement IN ARRAY v_statements LOOP EXECUTE v_statement; END LOOP;
  END LOOP;
END
$fn$;
