-- Changes a table's settings: only those named in p_changes (as in the annotation: premake, batchSize, retention, …).
-- A new interval holds for partitions created from now on. pg_partman knows one interval per table: it would go on from
-- the last partition's name (5.2: into overlaps, 4.7: with gaps), so the table is then maintained by this package.
CREATE OR REPLACE FUNCTION prisma_partition.alter_settings(p_table integer, p_changes jsonb)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables; v_interval text;
BEGIN
  SELECT x.partition_interval INTO STRICT v_interval FROM prisma_partition.tables x WHERE x.id = p_table;
  UPDATE prisma_partition.tables x SET
    model = coalesce(p_changes ->> 'model', x.model),
    partition_interval = coalesce(p_changes ->> 'interval', x.partition_interval),
    premake = coalesce((p_changes ->> 'premake')::integer, x.premake),
    batch_size = coalesce((p_changes ->> 'batchSize')::integer, x.batch_size),
    retention = CASE WHEN p_changes ? 'retention' THEN p_changes ->> 'retention' ELSE x.retention END,
    expired_before = prisma_partition.expired_up_to(x), -- by the retention that was
    on_expire = coalesce(p_changes ->> 'onExpire', x.on_expire),
    backfill_schedule = coalesce(p_changes -> 'schedule' ->> 'backfill', x.backfill_schedule),
    maintenance_schedule = coalesce(p_changes -> 'schedule' ->> 'maintenance', x.maintenance_schedule),
    scheduler = CASE WHEN p_changes ? 'scheduler' THEN prisma_partition.choose_scheduler(p_changes ->> 'scheduler') ELSE x.scheduler END,
    cron_nodename = CASE WHEN p_changes ? 'cronNodename' THEN p_changes ->> 'cronNodename' ELSE x.cron_nodename END
  WHERE x.id = p_table
  RETURNING * INTO STRICT t;
  IF t.maintenance = 'partman' AND t.partition_interval::interval <> v_interval::interval THEN
    PERFORM prisma_partition.partman_forget(t);
    UPDATE prisma_partition.tables x SET maintenance = 'builtin' WHERE x.id = t.id;
    RAISE NOTICE 'prisma-partition: %.% has partitions of two intervals now and is maintained by prisma_partition itself', t.schema_name, t.table_name;
  ELSE
    PERFORM prisma_partition.partman_follow(t, prisma_partition.schema_of(t.partitioned));
  END IF;
END
$fn$;
