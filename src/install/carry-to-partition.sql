-- Gives a partition what neither LIKE nor the parent hands down: owner, statistics targets, replica identity.
CREATE OR REPLACE FUNCTION prisma_partition.carry_to_partition(p_parent oid, p_leaf oid)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_leaf text := p_leaf::regclass; p pg_class; c pg_class; r record;
BEGIN
  SELECT * INTO STRICT p FROM pg_class WHERE oid = p_parent;
  SELECT * INTO STRICT c FROM pg_class WHERE oid = p_leaf;
  IF c.relowner <> p.relowner THEN EXECUTE format('ALTER TABLE %s OWNER TO %s', v_leaf, p.relowner::regrole); END IF;
  FOR r IN SELECT a.attname, a.attstattarget FROM pg_attribute a JOIN pg_attribute b ON b.attrelid = p_leaf AND b.attname = a.attname
    WHERE a.attrelid = p_parent AND a.attnum > 0 AND NOT a.attisdropped AND coalesce(a.attstattarget, -1) >= 0
      AND b.attstattarget IS DISTINCT FROM a.attstattarget
  LOOP
    EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS %s', v_leaf, r.attname, r.attstattarget);
  END LOOP;
  IF p.relreplident = 'i' THEN
    EXECUTE format('ALTER TABLE %s REPLICA IDENTITY USING INDEX %I', v_leaf, (
      SELECT k.relname FROM pg_index x JOIN pg_inherits h ON h.inhparent = x.indexrelid JOIN pg_class k ON k.oid = h.inhrelid
      JOIN pg_index l ON l.indexrelid = k.oid WHERE x.indrelid = p_parent AND x.indisreplident AND l.indrelid = p_leaf));
  ELSIF p.relreplident <> c.relreplident THEN
    EXECUTE format('ALTER TABLE %s REPLICA IDENTITY %s', v_leaf, CASE p.relreplident WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING' ELSE 'DEFAULT' END);
  END IF;
END
$fn$;
