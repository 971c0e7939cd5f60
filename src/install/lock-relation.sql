-- Locks one relation. LOCK TABLE on a view would lock every table that it reads, and so down; an ALTER that changes nothing
-- locks the view alone, always ACCESS EXCLUSIVE. No vacuum comes to a view, so the mode that keeps it away is passed over.
CREATE OR REPLACE FUNCTION prisma_partition.lock_relation(p_relation oid, p_mode text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  c pg_class;
BEGIN
  SELECT * INTO STRICT c FROM pg_class WHERE oid = p_relation;
  IF c.relkind <> 'v' THEN
    EXECUTE format('LOCK TABLE %s IN %s MODE', p_relation::regclass, p_mode);
  ELSIF p_mode <> 'SHARE UPDATE EXCLUSIVE' THEN
    EXECUTE format('ALTER VIEW %s OWNER TO %s', p_relation::regclass, c.relowner::regrole);
  END IF;
END
$fn$;
