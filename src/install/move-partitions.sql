-- Moves the partitions into the schema where their parent will be. Done before the swap's lock, because it costs 0.18 ms
-- each with ten indexes (18 ms for 100 of them): nobody uses the copy yet, so nobody notices. Prisma does not see
-- partitions in whatever schema; expired ones leave it when they are detached.
-- Where that schema is published, the last drain would be published under the names of partitions: there
-- carry_publications moves them, after it.
CREATE OR REPLACE FUNCTION prisma_partition.move_partitions(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
BEGIN
  PERFORM prisma_partition.put_partitions(t.partitioned, t.schema_name) FROM prisma_partition.tables t
  WHERE t.id = p_table AND NOT prisma_partition.schema_is_published(t.schema_name);
END
$fn$;
