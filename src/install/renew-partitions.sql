-- What maintenance does to the partitions: empties the default one, makes those ahead, expires the old ones. With p_from
-- and p_to, lower bounds of buckets, it does only the first two, and from p_from up to p_to, exclusive.
DROP FUNCTION IF EXISTS prisma_partition.renew_partitions(prisma_partition.tables);
CREATE OR REPLACE FUNCTION prisma_partition.renew_partitions(t prisma_partition.tables, p_from text DEFAULT NULL, p_to text DEFAULT NULL)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO' SET row_security = off AS $fn$
DECLARE
  v_partman text := prisma_partition.partman_schema(); v_left boolean;
BEGIN
  PERFORM prisma_partition.empty_default(t, p_from, p_to);
  PERFORM prisma_partition.create_range(t, coalesce(p_from, prisma_partition.current_bucket(t)), coalesce(p_to, prisma_partition.premake_end(t)));
  IF p_from IS NOT NULL THEN RETURN; END IF;
  IF t.maintenance = 'partman' THEN
    -- Its maintenance takes the largest key of the default partition for the present: with rows left there it fails
    -- (4.7: infinity) or premakes towards them at every run (5.2). What would be left for it to do is to expire.
    EXECUTE format('SELECT EXISTS (SELECT FROM %s)', (SELECT partdefid::regclass FROM pg_partitioned_table WHERE partrelid = t.partitioned))
    INTO v_left;
    IF NOT v_left THEN
      EXECUTE format('SELECT %s.run_maintenance(p_parent_table := $1, p_analyze := false)', v_partman)
      USING prisma_partition.schema_of(t.partitioned) || '.' || t.table_name;
    ELSIF prisma_partition.retention_limit(t) IS NOT NULL THEN
      EXECUTE format('SELECT %s.drop_partition_time($1)', v_partman)
      USING prisma_partition.schema_of(t.partitioned) || '.' || t.table_name;
    END IF;
  ELSE
    PERFORM prisma_partition.expire_partitions(t);
  END IF;
  UPDATE prisma_partition.tables x SET expired_before = prisma_partition.expired_up_to(x) WHERE x.id = t.id;
END
$fn$;
