-- Partition keys that cannot be cut, or not in the order of what they stand for.
CREATE OR REPLACE FUNCTION prisma_partition.refuse_key(p_plain oid, p_key text, p_kind text)
RETURNS SETOF text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  a pg_attribute; v_table text := p_plain::regclass; v_sorted boolean;
BEGIN
  SELECT * INTO a FROM pg_attribute WHERE attrelid = p_plain AND attname = p_key AND attnum > 0 AND NOT attisdropped;
  IF NOT FOUND THEN
    RETURN NEXT format('it has no column %I; the migration that adds it must come before this one, and be applied', p_key);
    RETURN;
  END IF;
  IF NOT a.attnotnull THEN
    RETURN NEXT format('key column %I may be null, and a row without it has no partition; make the field required, or run: ALTER TABLE %s ALTER COLUMN %1$I SET NOT NULL', p_key, v_table);
  END IF;
  IF NOT (CASE p_kind WHEN 'timestamptz' THEN a.atttypid = 'timestamptz'::regtype
                     WHEN 'timestamp' THEN a.atttypid = 'timestamp'::regtype
                     WHEN 'date' THEN a.atttypid = 'date'::regtype
                     WHEN 'integer' THEN a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
                     WHEN 'uuid7' THEN a.atttypid = 'uuid'::regtype
                     ELSE a.atttypid IN ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype) END) THEN
    RETURN NEXT format('key column %I is %s here, which is no %s key; make the model state the type that the database has, or migrate the column first',
      p_key, format_type(a.atttypid, a.atttypmod), p_kind);
    RETURN;
  END IF;
  IF a.attgenerated <> '' THEN
    RETURN NEXT format('key column %I is generated, which a partition key cannot be; %s', p_key, CASE a.attgenerated
      WHEN 's' THEN format('run: ALTER TABLE %s ALTER COLUMN %I DROP EXPRESSION', v_table, p_key)
      ELSE 'make it a column of its own, filled by a trigger or by the application' END);
  END IF;
  IF p_kind = 'ulid' THEN
    -- Bounds are compared under the column's collation: digits must come before letters there.
    EXECUTE format('SELECT bool_and(x.a COLLATE %1$s < x.b COLLATE %1$s) FROM (
      SELECT c AS a, lead(c) OVER (ORDER BY o) AS b FROM regexp_split_to_table(%2$L, %3$L) WITH ORDINALITY AS s(c, o)) x WHERE x.b IS NOT NULL',
      a.attcollation::regcollation, '0123456789ABCDEFGHJKMNPQRSTVWXYZ', '') INTO v_sorted;
    IF NOT v_sorted THEN
      RETURN NEXT format('key column %I has collation %s, under which ULIDs do not sort by time; run: ALTER TABLE %s ALTER COLUMN %1$I TYPE %4$s COLLATE "C"',
        p_key, a.attcollation::regcollation, v_table, format_type(a.atttypid, a.atttypmod));
    END IF;
  END IF;
END
$fn$;
