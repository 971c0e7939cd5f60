-- A name for a partition or one of its indexes: the stem cut so that stem and suffix fit PostgreSQL's 63 bytes. A stem
-- that had to be cut keeps a piece of its hash, so that two long names stay two.
CREATE OR REPLACE FUNCTION prisma_partition.leaf_name(p_stem text, p_suffix text)
RETURNS text LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  v_stem text := p_stem;
BEGIN
  IF octet_length(p_stem || p_suffix) <= 63 THEN RETURN p_stem || p_suffix; END IF;
  WHILE octet_length(v_stem) + octet_length(p_suffix) + 9 > 63 LOOP
    IF v_stem = '' THEN RETURN left('_' || md5(p_stem || p_suffix), 63); END IF;
    v_stem := left(v_stem, -1);
  END LOOP;
  RETURN v_stem || '_' || left(md5(p_stem || p_suffix), 8) || p_suffix;
END
$fn$;
