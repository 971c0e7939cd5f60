-- Compares the properties of the live table with those of the one that follows it: before cutover the partitioned copy,
-- after it the old table. ACCESS SHARE only. States:
--   same         what the live table has, the other one has (a unique (a) counts as the (a, key) it becomes). Of what
--                partitions have, such as a tablespace: a live table whose partitions differ among themselves
--   missing, differs, extra   as seen from the live table; `statement` mends it on the other one, where one can
--   at cutover   (after it: `at rollback`) missing or different so far, and brought by carry_properties, by the swap, or,
--                as for the indexes of a copy that is being loaded, by the backfill
DROP FUNCTION IF EXISTS prisma_partition.parity(integer);
CREATE OR REPLACE FUNCTION prisma_partition.parity(p_table integer)
RETURNS TABLE (kind text, name text, live_definition text, other_definition text, state text, statement text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET jit = off AS $fn$
DECLARE
  t prisma_partition.tables; v_later text; v_indexed boolean;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  IF prisma_partition.other_of(t) IS NULL THEN RETURN; END IF;
  v_later := CASE t.stage WHEN 'setup' THEN 'at cutover' ELSE 'at rollback' END;
  v_indexed := t.stage <> 'setup' OR t.step NOT IN ('load', 'settle', 'index');
  RETURN QUERY
    WITH compared AS (
      SELECT k.*, coalesce(l.name, o.name) AS name, l.definition AS here, o.definition AS there, l.make, o.remove,
        CASE WHEN l.definition = o.definition OR k.of_leaves AND starts_with(l.definition, 'some partitions: ') THEN 'same'
          WHEN o.definition IS NULL THEN 'missing' WHEN l.definition IS NULL THEN 'extra' ELSE 'differs' END AS state
      FROM prisma_partition.properties(t, prisma_partition.live_of(t)) l
      FULL JOIN prisma_partition.properties(t, prisma_partition.other_of(t)) o ON o.kind = l.kind AND o.name = l.name
      JOIN prisma_partition.property_kinds() k ON k.kind = coalesce(l.kind, o.kind)
    )
    SELECT c.kind, c.name, c.here, c.there,
      CASE WHEN c.state = 'same' THEN c.state
        WHEN c.brought_by = 'carry' OR c.brought_by = 'swap' AND (c.state = 'missing' OR c.kind = 'trigger state') THEN v_later
        WHEN NOT v_indexed AND c.kind IN ('primary key', 'unique constraint', 'index') THEN v_later
        ELSE c.state END,
      CASE c.state WHEN 'missing' THEN c.make WHEN 'extra' THEN c.remove
        WHEN 'differs' THEN CASE WHEN c.brought_by = 'swap' THEN c.remove WHEN c.recreated THEN c.remove || '; ' || c.make ELSE c.make END END
    FROM compared c ORDER BY c.ordinal, c.name;
END
$fn$;
