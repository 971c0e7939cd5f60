-- Puts back the session's search_path if something has left another one.
CREATE OR REPLACE FUNCTION prisma_partition.restore_search_path(p_before text)
RETURNS void LANGUAGE plpgsql AS $fn$
BEGIN
  IF current_setting('search_path') <> p_before THEN
    PERFORM set_config('search_path', p_before, false);
  END IF;
END
$fn$;
