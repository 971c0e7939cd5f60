-- A unique of a partitioned table must contain the key. Where the model states the unique, adding the key to it in the
-- model is the agreement that it weakens; where Prisma does not know of it, naming it in `weakenUnique` is. One that
-- contains the key as a plain column stays what it is, whatever else is in it.
CREATE OR REPLACE FUNCTION prisma_partition.refuse_uniques(p_plain oid, p_key text, p_uniques jsonb, p_weaken text[])
RETURNS SETOF text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  i record; v_name text; v_names text[];
BEGIN
  v_names := ARRAY(SELECT c.relname::text FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
    WHERE x.indrelid = p_plain AND x.indisunique AND NOT x.indisprimary ORDER BY 1);
  FOREACH v_name IN ARRAY p_weaken LOOP
    CONTINUE WHEN v_name = ANY (v_names);
    RETURN NEXT format('weakenUnique names %I, which is no unique index of it (%s); in the annotation take it out, or correct it', v_name,
      coalesce('those are ' || nullif(prisma_partition.join_columns(v_names, '%I', ', '), ''), 'it has none'));
  END LOOP;
  FOR i IN
    SELECT c.relname::text AS name, x.indexrelid::regclass AS qualified, x.indisunique, x.indisvalid, x.indimmediate,
      x.indpred IS NULL AND x.indexprs IS NULL AS is_plain, columns, k.conname,
      -- Bounds are compared by the default operators of the key's type; a unique that compares it otherwise does not count.
      EXISTS (SELECT FROM unnest(x.indkey::smallint[], x.indclass::oid[], x.indcollation::oid[]) u(attnum, opclass, collated)
        JOIN pg_attribute a ON a.attrelid = p_plain AND a.attnum = u.attnum AND a.attname = p_key JOIN pg_opclass o ON o.oid = u.opclass
        WHERE o.opcdefault AND u.collated = a.attcollation) AS holds_key
    FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
    LEFT JOIN pg_constraint k ON k.conindid = x.indexrelid AND k.conrelid = p_plain AND k.contype IN ('p', 'u')
    CROSS JOIN LATERAL prisma_partition.index_columns(x.indexrelid) columns
    WHERE x.indrelid = p_plain AND NOT x.indisexclusion ORDER BY c.relname
  LOOP
    IF NOT i.indisvalid THEN
      RETURN NEXT format('index %s is not valid, because building it failed or goes on; build it again, or run: DROP INDEX %1$s', i.qualified);
    ELSIF i.indisunique AND p_key = ANY (i.columns) AND NOT i.holds_key THEN
      RETURN NEXT format('unique index %s compares the key %I in another way than a partition''s bounds are compared; run: %s', i.qualified, p_key,
        CASE WHEN i.conname IS NULL THEN format('DROP INDEX %s', i.qualified) ELSE format('ALTER TABLE %s DROP CONSTRAINT %I', p_plain::regclass, i.conname) END);
    ELSIF i.indisunique AND NOT p_key = ANY (i.columns) AND i.name <> ALL (p_weaken) AND NOT (i.is_plain AND EXISTS (
        SELECT FROM jsonb_array_elements(p_uniques) u WHERE i.columns = ARRAY(SELECT jsonb_array_elements_text(u -> 'columns')))) THEN
      RETURN NEXT format('unique index %s lacks the key %I and is not stated in the model, and would only be unique together with it; to agree to that, in the annotation write weakenUnique: [%s], else run: %s',
        i.qualified, p_key, to_json(i.name),
        CASE WHEN i.conname IS NULL THEN format('DROP INDEX %s', i.qualified) ELSE format('ALTER TABLE %s DROP CONSTRAINT %I', p_plain::regclass, i.conname) END);
    END IF;
  END LOOP;
END
$fn$;
