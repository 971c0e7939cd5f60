-- Why the copy cannot be made: asked at setup only, when it does not exist yet.
--   names      the schemas <schema>_partitioned and <schema>_old, and what must be free in them
--   privileges to create the two schemas, or in them
--   disk       room for the table a second time. PostgreSQL cannot see how much there is, so this is asked only where
--              prisma_partition.disk_size says how much the databases may have: ALTER DATABASE … SET prisma_partition.disk_size
CREATE OR REPLACE FUNCTION prisma_partition.refuse_copy(p_plain oid)
RETURNS SETOF text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_schema text := prisma_partition.schema_of(p_plain); v_other text; v_taken text; v_size bigint; v_needed bigint;
BEGIN
  IF octet_length(v_schema) > 51 THEN
    RETURN NEXT format('the name of its schema leaves no room for "_partitioned" within 63 bytes; change the model''s schema and run: ALTER SCHEMA %I RENAME TO %I', v_schema,
      prisma_partition.leaf_name(left(v_schema, 40), ''));
    RETURN;
  END IF;
  IF NOT has_database_privilege(current_database(), 'CREATE') THEN
    RETURN NEXT format('role %I may not create the schemas of its copy; run: GRANT CREATE ON DATABASE %I TO %1$I', current_user, current_database());
  END IF;
  FOREACH v_other IN ARRAY ARRAY[v_schema || '_partitioned', v_schema || '_old'] LOOP
    CONTINUE WHEN to_regnamespace(quote_ident(v_other)) IS NULL;
    IF NOT (has_schema_privilege(v_other, 'CREATE') AND has_schema_privilege(v_other, 'USAGE')) THEN
      RETURN NEXT format('role %I may not create anything in schema %I; run: GRANT USAGE, CREATE ON SCHEMA %2$I TO %1$I', current_user, v_other);
    END IF;
    -- A table takes its indexes and sequences along.
    FOR v_taken IN SELECT c.oid::regclass FROM pg_class c WHERE c.relnamespace = to_regnamespace(quote_ident(v_other)) AND c.relname IN (
        SELECT relname FROM pg_class WHERE oid = p_plain
        UNION ALL SELECT i.relname FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = p_plain
        UNION ALL SELECT s.relname FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
          WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = p_plain AND d.deptype IN ('a', 'i'))
      ORDER BY c.oid
    LOOP
      RETURN NEXT format('%1$s has a name that is needed for its copy; drop it, or run: ALTER TABLE %1$s RENAME TO %2$I', v_taken,
        prisma_partition.leaf_name((SELECT relname::text FROM pg_class WHERE oid = v_taken::regclass), '_aside'));
    END LOOP;
  END LOOP;
  v_size := pg_size_bytes(nullif(current_setting('prisma_partition.disk_size', true), ''));
  IF v_size IS NOT NULL THEN
    SELECT sum(pg_database_size(d.oid)) + pg_total_relation_size(p_plain) INTO v_needed FROM pg_database d
    WHERE has_database_privilege(d.oid, 'CONNECT') OR pg_has_role('pg_read_all_stats', 'USAGE');
    IF v_needed > v_size THEN
      RETURN NEXT format('its copy needs %s, then the databases have %s, and prisma_partition.disk_size allows %s; make room, and, for connections from then on, run: ALTER DATABASE %I SET prisma_partition.disk_size = %L',
        pg_size_pretty(pg_total_relation_size(p_plain)), pg_size_pretty(v_needed), pg_size_pretty(v_size), current_database(), ceil(v_needed / 1048576.0 * 1.1)::text || 'MB');
    END IF;
  END IF;
END
$fn$;
