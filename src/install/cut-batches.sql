-- Cuts the plain table into block ranges of about batch_size rows, the tasks of the load, and of at most 64 MB with what is
-- toasted: 10,000 rows of a kilobyte are 10 MB, but rows of a megabyte would be 10 GB in one transaction. Blocks added later hold only
-- rows that were logged, so the end that is seen now is the end of the load.
CREATE OR REPLACE FUNCTION prisma_partition.cut_batches(p_table integer)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  t prisma_partition.tables; v_blocks bigint; v_sampled bigint; v_per_block numeric; v_step bigint;
BEGIN
  SELECT * INTO STRICT t FROM prisma_partition.tables WHERE id = p_table;
  DELETE FROM prisma_partition.batches WHERE table_id = t.id;
  v_blocks := pg_relation_size(t.plain) / current_setting('block_size')::integer;
  SELECT CASE WHEN relpages > 0 AND reltuples > 0 THEN reltuples / relpages END INTO v_per_block FROM pg_class WHERE oid = t.plain;
  IF v_per_block IS NULL AND v_blocks > 0 THEN -- never analyzed: count the first blocks
    EXECUTE format('SELECT count(*) FROM %s WHERE ctid < ''(64,0)''', t.plain::regclass) INTO v_sampled;
    v_per_block := v_sampled::numeric / least(v_blocks, 64);
  END IF;
  v_step := greatest(1, least(ceil(t.batch_size / greatest(coalesce(v_per_block, 1), 1)),
    64 * 1024 * 1024 / greatest(pg_table_size(t.plain) / greatest(v_blocks, 1), 1)));
  INSERT INTO prisma_partition.batches (table_id, step, from_block, to_block)
  SELECT t.id, 'load', b, least(b + v_step, v_blocks) FROM generate_series(0, v_blocks - 1, v_step) AS b ORDER BY b;
  UPDATE prisma_partition.tables
  SET step = 'load', loaded_filenode = pg_relation_filenode(t.plain), rows_estimated = v_blocks * coalesce(v_per_block, 0)
  WHERE id = t.id;
END
$fn$;
