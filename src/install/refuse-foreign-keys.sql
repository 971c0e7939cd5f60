-- Foreign keys that would not survive: those of other tables that do not contain the partition key, those of the table to
-- itself, and those whose other table this role may not lock and reference.
-- One to itself cannot be kept in step with maintenance even where it contains the key: no partition that holds a row
-- which another one references can be detached.
CREATE OR REPLACE FUNCTION prisma_partition.refuse_foreign_keys(p_plain oid, p_key text)
RETURNS SETOF text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  k record; v_table text := p_plain::regclass; v_other text; v_column text; v_head text;
BEGIN
  FOR k IN
    SELECT c.*, pg_get_constraintdef(c.oid) AS definition, r.relowner, r.relname, p_key = ANY (x.referenced) AS holds_key, x.*,
      row_number() OVER (PARTITION BY c.confrelid, c.confkey ORDER BY c.conrelid::regclass::text, c.conname) AS number
    FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
    CROSS JOIN LATERAL (
      SELECT array_agg(a.attname::text ORDER BY u.o) AS referencing, array_agg(b.attname::text ORDER BY u.o) AS referenced
      FROM unnest(c.conkey, c.confkey) WITH ORDINALITY u(a, b, o)
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = u.a JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = u.b) x
    WHERE c.contype = 'f' AND c.conparentid = 0 AND p_plain IN (c.conrelid, c.confrelid) ORDER BY c.conrelid::regclass::text, c.conname
  LOOP
    v_other := (CASE k.conrelid WHEN p_plain THEN k.confrelid ELSE k.conrelid END)::regclass;
    IF k.conrelid = k.confrelid THEN
      RETURN NEXT format('foreign key %I points at the table itself, so no partition that is referenced could ever be detached; run: ALTER TABLE %s DROP CONSTRAINT %1$I', k.conname, v_table);
    ELSIF k.confrelid = p_plain AND NOT k.holds_key THEN
      v_column := prisma_partition.leaf_name((SELECT relname::text FROM pg_class WHERE oid = p_plain), '_' || p_key);
      v_head := format('FOREIGN KEY (%s) REFERENCES %s(%s)', prisma_partition.join_columns(k.referencing, '%I', ', '), v_table, prisma_partition.join_columns(k.referenced, '%I', ', '));
      RETURN NEXT format('foreign key %I on %s references it without the key %I, which no unique of a partitioned table lacks; make it reference (%s), or drop it; run: %s', k.conname, v_other, p_key,
        prisma_partition.join_columns(k.referenced || p_key, '%I', ', '), concat_ws('; ',
        CASE WHEN k.number = 1 AND NOT EXISTS (SELECT FROM pg_index x WHERE x.indrelid = p_plain AND x.indisunique AND x.indpred IS NULL AND x.indexprs IS NULL
            AND prisma_partition.index_columns(x.indexrelid) @> (k.referenced || p_key) AND prisma_partition.index_columns(x.indexrelid) <@ (k.referenced || p_key))
          THEN format('ALTER TABLE %s ADD UNIQUE (%s)', v_table, prisma_partition.join_columns(k.referenced || p_key, '%I', ', ')) END,
        format('ALTER TABLE %s ADD COLUMN IF NOT EXISTS %I %s', v_other, v_column,
          (SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = p_plain AND attname = p_key)),
        format('UPDATE %s c SET %I = p.%I FROM %s p WHERE %s', v_other, v_column, p_key, v_table,
          (SELECT string_agg(format('c.%I = p.%I', u.a, u.b), ' AND ') FROM unnest(k.referencing, k.referenced) u(a, b))),
        format('ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %2$I FOREIGN KEY (%3$s) REFERENCES %4$s (%5$s)%6$s', v_other, k.conname,
          prisma_partition.join_columns(k.referencing || v_column, '%I', ', '), v_table, prisma_partition.join_columns(k.referenced || p_key, '%I', ', '),
          CASE WHEN starts_with(k.definition, v_head) THEN substr(k.definition, length(v_head) + 1) END)));
    ELSIF k.confrelid = p_plain AND NOT pg_has_role(k.relowner, 'USAGE') THEN
      RETURN NEXT format('foreign key %I on %s must be pointed at the new table, and role %I is not a member of its owner; run: GRANT %s TO %3$I', k.conname, v_other, current_user, k.relowner::regrole);
    ELSIF k.conrelid = p_plain AND NOT (has_table_privilege(k.confrelid, 'UPDATE, DELETE, TRUNCATE') AND has_table_privilege(k.confrelid, 'REFERENCES')
        AND has_schema_privilege((SELECT relnamespace FROM pg_class WHERE oid = k.confrelid), 'USAGE')) THEN
      RETURN NEXT format('foreign key %I references %s, which role %I may not both lock and reference; run: GRANT USAGE ON SCHEMA %I TO %3$I; GRANT REFERENCES, UPDATE ON %2$s TO %3$I',
        k.conname, v_other, current_user, prisma_partition.schema_of(k.confrelid));
    END IF;
  END LOOP;
END
$fn$;
