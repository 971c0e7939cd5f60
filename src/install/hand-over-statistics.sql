-- Extended statistics have a schema of their own, in which names are unique. Once both tables stand where they will: those
-- of the table that is live no more go beside it, and those of the one that is take the places they leave.
CREATE OR REPLACE FUNCTION prisma_partition.hand_over_statistics(p_from oid, p_to oid)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  r record;
BEGIN
  FOR r IN SELECT f.stxname, f.stxnamespace::regnamespace AS place, o.stxnamespace::regnamespace AS aside
    FROM pg_statistic_ext f JOIN pg_statistic_ext o ON o.stxrelid = p_to AND o.stxname = f.stxname WHERE f.stxrelid = p_from
  LOOP
    -- Aside is the schema that p_to has left; where p_from went to, names are free, for they were the same table's.
    EXECUTE format('ALTER STATISTICS %s.%I SET SCHEMA %I', r.place, r.stxname, prisma_partition.schema_of(p_from));
    EXECUTE format('ALTER STATISTICS %s.%I SET SCHEMA %s', r.aside, r.stxname, r.place);
  END LOOP;
END
$fn$;
