-- A table's check constraints, foreign keys in both directions, sequences that belong to it and extended statistics, as
-- properties. A foreign key that is not validated yet counts as what it will be: step `validate` brings it. Statistics
-- keep their name; their schema is their table's.
CREATE OR REPLACE FUNCTION prisma_partition.constraint_properties(t prisma_partition.tables, p_relation oid)
RETURNS TABLE (kind text, name text, definition text, make text, remove text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_other oid := coalesce(prisma_partition.other_of(t), p_relation);
  v_opposite oid := CASE p_relation WHEN v_other THEN prisma_partition.live_of(t) ELSE v_other END;
  v_table text := v_other::regclass;
BEGIN
  RETURN QUERY
    SELECT 'check constraint', k.conname::text, pg_get_constraintdef(k.oid), format('ALTER TABLE %s ADD CONSTRAINT %I ', v_table, k.conname) || pg_get_constraintdef(k.oid),
      format('ALTER TABLE %s DROP CONSTRAINT %I', v_table, k.conname)
    FROM pg_constraint k WHERE k.conrelid = p_relation AND k.contype = 'c';
  RETURN QUERY
    SELECT 'comment', 'constraint ' || k.conname, obj_description(k.oid, 'pg_constraint'),
      format('COMMENT ON CONSTRAINT %I ON %s IS %L', k.conname, v_table, obj_description(k.oid, 'pg_constraint')),
      format('COMMENT ON CONSTRAINT %I ON %s IS NULL', k.conname, v_table)
    FROM pg_constraint k JOIN pg_constraint o ON o.conrelid = v_opposite AND o.conname = k.conname
    WHERE k.conrelid = p_relation AND k.contype IN ('c', 'n') AND obj_description(k.oid, 'pg_constraint') IS NOT NULL;
  RETURN QUERY
    SELECT DISTINCT ON (k.conname) 'foreign key', k.conname::text,
      concat_ws(' -- ', regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', ''), obj_description(k.oid, 'pg_constraint')),
      NULL::text, format('ALTER TABLE %s DROP CONSTRAINT %I', v_table, k.conname)
    FROM pg_constraint k
    WHERE k.contype = 'f' AND k.conparentid = 0 AND (k.conrelid = p_relation OR k.conrelid IN (SELECT prisma_partition.leaves_of(p_relation)))
    ORDER BY k.conname, k.conrelid = p_relation DESC;
  RETURN QUERY
    SELECT 'referenced by', format('%s on %s', k.conname, k.conrelid::regclass),
      concat_ws(' -- ', replace(regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', ''), format(' REFERENCES %s(', p_relation::regclass), format(' REFERENCES %s(', v_table)),
        obj_description(k.oid, 'pg_constraint')),
      NULL::text, format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname)
    FROM pg_constraint k WHERE k.contype = 'f' AND k.confrelid = p_relation AND k.conparentid = 0;
  RETURN QUERY
    SELECT 'owned sequence', s.oid::regclass::text, 'OWNED BY ' || quote_ident(a.attname), NULL::text, format('ALTER SEQUENCE %s OWNED BY NONE', s.oid::regclass)
    FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = p_relation AND d.deptype = 'a';
  RETURN QUERY
    WITH statistics AS (
      SELECT s.oid, s.stxname::text, s.stxowner, nullif(coalesce((to_jsonb(s) ->> 'stxstattarget')::integer, -1), -1) AS target,
        prisma_partition.statistics_definition(s.oid) AS definition, format('%I.%I', prisma_partition.schema_of(v_other), s.stxname) AS as_named,
        (SELECT format('%s.%I', o.stxnamespace::regnamespace, o.stxname) FROM pg_statistic_ext o WHERE o.stxrelid = v_other AND o.stxname = s.stxname) AS there
      FROM pg_statistic_ext s WHERE s.stxrelid = p_relation
    )
    SELECT 'extended statistics', s.stxname, concat_ws(' ', s.definition, 'STATISTICS ' || s.target, 'OWNER ' || s.stxowner::regrole),
      concat_ws('; ', format('CREATE STATISTICS %s %s FROM %s', s.as_named, s.definition, v_table), format('ALTER STATISTICS %s OWNER TO %s', s.as_named, s.stxowner::regrole),
        CASE WHEN s.target IS NOT NULL THEN format('ALTER STATISTICS %s SET STATISTICS %s', s.as_named, s.target) END),
      'DROP STATISTICS ' || s.there
    FROM statistics s
    UNION ALL
    SELECT 'comment', 'statistics ' || s.stxname, obj_description(s.oid, 'pg_statistic_ext'),
      format('COMMENT ON STATISTICS %s IS %L', s.there, obj_description(s.oid, 'pg_statistic_ext')), format('COMMENT ON STATISTICS %s IS NULL', s.there)
    FROM statistics s WHERE obj_description(s.oid, 'pg_statistic_ext') IS NOT NULL
      AND EXISTS (SELECT FROM pg_statistic_ext o WHERE o.stxrelid = v_opposite AND o.stxname = s.stxname);
END
$fn$;
