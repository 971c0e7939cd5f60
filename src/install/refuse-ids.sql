-- Time-ordered ids that are none: UUIDs of another version, text that is no upper-case ULID. Their rows would stand in
-- partitions, and expire, by what is random. Reads the table once, with ACCESS SHARE, until it has found six; where all are
-- right that takes 0.1-0.15 s more per million rows than reading them does for uuid7, 1.3-1.6 s for ulid (measured on 15
-- and 18, rows of 150 bytes, one process).
CREATE OR REPLACE FUNCTION prisma_partition.refuse_ids(p_plain oid, p_key text, p_kind text)
RETURNS SETOF text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET row_security = off AS $fn$
DECLARE
  v_table text := p_plain::regclass; v_found text[]; v_wrong text; v_alphabet constant text := '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
BEGIN
  IF p_kind NOT IN ('uuid7', 'ulid') THEN RETURN; END IF;
  v_wrong := CASE p_kind
    WHEN 'uuid7' THEN format('get_byte(uuid_send(%I), 6) >> 4 <> 7', p_key)
    -- 26 digits of Crockford's base 32, of which the first is at most 7: 48 bits of time, 80 of chance.
    ELSE format('(octet_length(%1$I::text) <> 26 OR btrim(%1$I::text, %2$L) <> %3$L OR left(%1$I::text, 1) COLLATE "C" > %4$L)', p_key, v_alphabet, '', '7') END;
  EXECUTE format('SELECT ARRAY(SELECT %I::text FROM ONLY %s WHERE %s LIMIT 6)', p_key, v_table, v_wrong) INTO v_found;
  IF v_found = '{}' THEN RETURN; END IF;
  RETURN NEXT format('key column %I holds %s: %s%s; partition by a time column instead, or run: UPDATE %s SET %I = %s WHERE %s', p_key,
    CASE p_kind WHEN 'uuid7' THEN 'UUIDs that are not of version 7' ELSE 'text that is no upper-case ULID' END,
    (SELECT string_agg(quote_literal(left(v, 60)), ', ') FROM unnest(v_found[1:5]) v),
    CASE WHEN cardinality(v_found) > 5 THEN ' and more' END, v_table, p_key,
    CASE p_kind
      WHEN 'uuid7' THEN format($sql$(lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || '7' || substr(replace(%I::text, '-', ''), 14, 3) || substr(replace(gen_random_uuid()::text, '-', ''), 17))::uuid$sql$, p_key)
      ELSE format($sql$CASE WHEN upper(%1$I) ~ '^[0-7][0-9A-HJKMNP-TV-Z]{25}$' THEN upper(%1$I) ELSE left(prisma_partition.axis_to_bound('ulid', clock_timestamp()::text), 10) || left(upper(replace(gen_random_uuid()::text, '-', '')), 16) END$sql$, p_key) END,
    v_wrong);
END
$fn$;
