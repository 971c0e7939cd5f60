-- Whether a unique index takes for equal at least what `=` does on its columns: else two rows that it tells apart are one to
-- a replay. It does where each column is indexed under its own collation, unless that one is deterministic, by which what
-- is equal is the same under all; and where the operator class means the type's default equality (text_pattern_ops does,
-- text_ops on citext does not). A type without an operator class of its own uses another's: varchar that of text.
CREATE OR REPLACE FUNCTION prisma_partition.compares_as_columns(p_index oid)
RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  WITH equality AS (
    SELECT o.oid, o.opcintype, o.opcdefault, e.amopopr AS operator
    FROM pg_opclass o JOIN pg_am m ON m.oid = o.opcmethod AND m.amname = 'btree'
    JOIN pg_amop e ON e.amopfamily = o.opcfamily AND e.amopstrategy = 3 AND e.amoplefttype = o.opcintype AND e.amoprighttype = o.opcintype
  )
  SELECT coalesce(bool_and(
    (k.collated = a.attcollation OR NOT EXISTS (SELECT FROM pg_collation c WHERE c.oid = a.attcollation AND NOT c.collisdeterministic))
    AND e.operator = coalesce(
      (SELECT d.operator FROM equality d WHERE d.opcdefault AND d.opcintype = prisma_partition.base_type(a.atttypid)),
      (SELECT d.operator FROM equality d WHERE d.opcdefault AND d.opcintype = e.opcintype))), true)
  FROM pg_index i
  CROSS JOIN unnest(i.indkey::smallint[], i.indclass::oid[], i.indcollation::oid[]) WITH ORDINALITY AS k(attnum, opclass, collated, ordinal)
  JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
  JOIN equality e ON e.oid = k.opclass
  WHERE i.indexrelid = p_index AND k.ordinal <= i.indnkeyatts
$fn$;
