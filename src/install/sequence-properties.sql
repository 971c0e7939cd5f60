-- The sequence of an identity column, as properties: its name (beside its table), type, options and grants. Both tables have one.
CREATE OR REPLACE FUNCTION prisma_partition.sequence_properties(p_relation oid, p_other oid, p_column text)
RETURNS TABLE (kind text, name text, definition text, make text, remove text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_there regclass; q record; v_options text;
BEGIN
  v_there := pg_get_serial_sequence(p_other::regclass::text, p_column);
  SELECT s.*, c.relname, c.relacl, c.relowner INTO q FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
  WHERE s.seqrelid = pg_get_serial_sequence(p_relation::regclass::text, p_column)::regclass;

  v_options := format('AS %s START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s %s', q.seqtypid::regtype, q.seqstart,
    q.seqincrement, q.seqmin, q.seqmax, q.seqcache, CASE WHEN q.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END);
  kind := 'sequence'; name := p_column; definition := format('%I %s', q.relname, v_options);
  -- RESTART, because where it stands may lie outside of the new limits; the swap sets it to where the live one stands.
  make := format('ALTER SEQUENCE %s %s RESTART', v_there, v_options)
    || CASE WHEN q.relname <> (SELECT relname FROM pg_class WHERE oid = v_there) THEN format('; ALTER SEQUENCE %s RENAME TO %I', v_there, q.relname) ELSE '' END;
  RETURN NEXT;
  RETURN QUERY
    SELECT 'sequence grant', format('%s to %s', p_column, x.grantee), x.privileges, x.make, x.remove
    FROM prisma_partition.acl_properties(coalesce(q.relacl, acldefault('s', q.relowner)), 'SEQUENCE ' || v_there, '') x;
END
$fn$;
