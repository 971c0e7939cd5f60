-- Puts p_to into the publications that name p_from, with the same columns and row filter, and takes p_from out. To be
-- called in the swap, after its last drain: what is replayed has been published when it was written, and whether a change
-- is published is decided by the catalog as it was when the change was made. ALTER PUBLICATION takes SHARE UPDATE EXCLUSIVE
-- on the table. In a publication of the whole schema a table is by being there; so that its partitions are never there
-- without it, where they would be published under their own names, they go where their parent went only now.
CREATE OR REPLACE FUNCTION prisma_partition.carry_publications(p_from oid, p_to oid)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  r record;
BEGIN
  FOR r IN SELECT p.pubname, x.columns, x.filter FROM prisma_partition.publications_of(p_from) x JOIN pg_publication p ON p.oid = x.publication
    WHERE NOT x.by_schema
  LOOP
    EXECUTE format('ALTER PUBLICATION %I ADD TABLE %s%s%s', r.pubname, p_to::regclass,
      ' (' || prisma_partition.join_columns(r.columns, '%I', ', ') || ')', ' WHERE (' || r.filter || ')');
    EXECUTE format('ALTER PUBLICATION %I DROP TABLE %s', r.pubname, p_from::regclass);
  END LOOP;
  IF prisma_partition.schema_is_published(prisma_partition.schema_of(p_to)) THEN
    PERFORM prisma_partition.put_partitions(x.relation, prisma_partition.schema_of(x.relation)) FROM unnest(ARRAY[p_from, p_to]) x(relation);
  END IF;
END
$fn$;
