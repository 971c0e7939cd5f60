-- The pieces in which both sides of a comparison are read by several sessions that share a snapshot: ranges of blocks,
-- from inclusive, to exclusive, of the plain table and of every partition, some 64 MB each but no more than a few
-- hundred, for every piece looks rows up on the log; the largest first, so that the sessions end at about the same time.
-- of_source: the relation belongs to the live table.
CREATE OR REPLACE FUNCTION prisma_partition.digest_plan(p_table integer)
RETURNS TABLE (relation text, of_source boolean, from_block bigint, to_block bigint)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
  WITH relations AS (
    SELECT r.oid, (r.oid = t.plain) = (t.stage = 'setup') AS of_source, pg_relation_size(r.oid) / current_setting('block_size')::integer AS blocks
    FROM prisma_partition.tables t, LATERAL (SELECT t.plain::oid UNION ALL SELECT inhrelid FROM pg_inherits WHERE inhparent = t.partitioned) r(oid)
    WHERE t.id = p_table
  ), cut AS (SELECT greatest(8192, ceil(sum(blocks) / 256))::bigint AS step FROM relations)
  SELECT r.oid::regclass::text, r.of_source, b.start, least(b.start + c.step, r.blocks)
  FROM relations r, cut c, generate_series(0, r.blocks - 1, c.step) AS b(start)
  ORDER BY least(c.step, r.blocks - b.start) DESC
$fn$;
