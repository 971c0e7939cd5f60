-- Why a table cannot be converted, with the remedy; null if it can.
CREATE OR REPLACE FUNCTION prisma_partition.refusal(p_plain oid, p_key text, p_kind text, p_identity text[], p_uniques jsonb)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  c pg_class; v_key pg_attribute; v_found text; v_column text;
BEGIN
  SELECT * INTO c FROM pg_class WHERE oid = p_plain;
  IF c.relkind = 'p' THEN RETURN 'it is partitioned already; remove the annotation'; END IF;
  IF c.relkind <> 'r' THEN RETURN 'it is not a table; remove the annotation'; END IF;
  IF c.relpersistence <> 'p' THEN RETURN 'it is unlogged or temporary; ALTER TABLE … SET LOGGED first'; END IF;
  IF EXISTS (SELECT FROM pg_inherits WHERE p_plain IN (inhrelid, inhparent)) THEN
    RETURN 'it takes part in table inheritance; ALTER TABLE … NO INHERIT first';
  END IF;
  IF NOT pg_has_role(c.relowner, 'USAGE') THEN
    RETURN format('role %s is not a member of its owner %s; run migrations as the owner', current_user, c.relowner::regrole);
  END IF;
  SELECT string_agg(quote_ident(conname), ', ') INTO v_found FROM pg_constraint WHERE conrelid = p_plain AND contype = 'x';
  IF v_found IS NOT NULL THEN
    RETURN format('exclusion constraint %s cannot be kept across partitions; drop it first if it may go', v_found);
  END IF;
  -- They would be enforced on the rows that are copied, or cannot be had on a partitioned table at all.
  SELECT string_agg(quote_ident(conname), ', ') INTO v_found FROM pg_constraint k
  WHERE conrelid = p_plain AND contype IN ('c', 'f', 'n') AND NOT convalidated AND to_jsonb(k) ->> 'conenforced' IS DISTINCT FROM 'false';
  IF v_found IS NOT NULL THEN RETURN format('constraint %s is NOT VALID; ALTER TABLE … VALIDATE CONSTRAINT first', v_found); END IF;
  SELECT string_agg(quote_ident(conname), ', ') INTO v_found FROM pg_constraint
  WHERE conrelid = p_plain AND contype IN ('c', 'n') AND connoinherit;
  IF v_found IS NOT NULL THEN RETURN format('constraint %s is NO INHERIT, which a partitioned table cannot have; add it without that first', v_found); END IF;
  SELECT string_agg(quote_ident(tgname), ', ') INTO v_found FROM pg_trigger
  WHERE tgrelid = p_plain AND NOT tgisinternal AND (tgoldtable IS NOT NULL OR tgnewtable IS NOT NULL) AND tgtype & 1 = 1;
  IF v_found IS NOT NULL THEN
    RETURN format('row trigger %s has a transition table, which a partitioned table cannot have; make it FOR EACH STATEMENT first', v_found);
  END IF;
  IF row_security_active(p_plain) THEN
    RETURN format('row security hides rows from role %s; run migrations as a role with BYPASSRLS', current_user);
  END IF;
  SELECT string_agg(quote_ident(rulename), ', ') INTO v_found FROM pg_rewrite WHERE ev_class = p_plain;
  IF v_found IS NOT NULL THEN RETURN format('rule %s would not be carried over; replace it by a trigger', v_found); END IF;
  -- Views and SQL-body functions hold on to the table itself, not to its name: after the swap they would read the old one.
  -- So would policies of other tables, and whatever takes or returns the table's row type.
  SELECT string_agg(DISTINCT coalesce(r.ev_class::regclass::text, pg_describe_object(d.classid, d.objid, d.objsubid)), ', ') INTO v_found
  FROM pg_depend d LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
  LEFT JOIN pg_policy p ON d.classid = 'pg_policy'::regclass AND p.oid = d.objid
  WHERE d.deptype = 'n' AND p.polrelid IS DISTINCT FROM p_plain AND (
    d.refclassid = 'pg_class'::regclass AND d.refobjid = p_plain
      AND d.classid IN ('pg_rewrite'::regclass, 'pg_proc'::regclass, 'pg_policy'::regclass)
    OR d.refclassid = 'pg_type'::regclass AND d.refobjid IN (c.reltype, (SELECT typarray FROM pg_type WHERE oid = c.reltype)));
  IF v_found IS NOT NULL THEN
    RETURN format('%s would go on reading the old table after the swap; drop it before, create it again after cutover', v_found);
  END IF;
  SELECT string_agg(p.pubname, ', ') INTO v_found FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
  WHERE r.prrelid = p_plain;
  IF v_found IS NOT NULL THEN
    RETURN format('it is named in publication %s, which the swap would not carry over; take it out first', v_found);
  END IF;
  SELECT string_agg(quote_ident(conname), ', ') INTO v_found FROM pg_constraint
  WHERE contype = 'f' AND conrelid = p_plain AND confrelid = p_plain;
  IF v_found IS NOT NULL THEN RETURN format('foreign key %s points at the table itself; drop it first', v_found); END IF;

  SELECT * INTO v_key FROM pg_attribute WHERE attrelid = p_plain AND attname = p_key AND attnum > 0 AND NOT attisdropped;
  IF NOT FOUND THEN RETURN format('it has no column %I', p_key); END IF;
  IF NOT v_key.attnotnull THEN RETURN format('column %I may be null; ALTER TABLE … ALTER COLUMN %1$I SET NOT NULL first', p_key); END IF;
  IF NOT (CASE p_kind WHEN 'timestamptz' THEN v_key.atttypid = 'timestamptz'::regtype
                     WHEN 'timestamp' THEN v_key.atttypid = 'timestamp'::regtype
                     WHEN 'date' THEN v_key.atttypid = 'date'::regtype
                     WHEN 'integer' THEN v_key.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
                     WHEN 'uuid7' THEN v_key.atttypid = 'uuid'::regtype
                     ELSE v_key.atttypid IN ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype) END) THEN
    RETURN format('column %I is %s here, which is no %s key', p_key, format_type(v_key.atttypid, v_key.atttypmod), p_kind);
  END IF;
  SELECT quote_ident(attname) INTO v_found FROM pg_attribute
  WHERE attrelid = p_plain AND attidentity = 'a' AND NOT attisdropped AND attname <> ALL (p_identity);
  IF v_found IS NOT NULL THEN
    RETURN format('column %s is GENERATED ALWAYS AS IDENTITY and not part of what identifies its rows, so a change of it could not be replayed; ALTER TABLE … ALTER COLUMN %1$s SET GENERATED BY DEFAULT first', v_found);
  END IF;
  IF octet_length(prisma_partition.schema_of(p_plain)) > 51 THEN
    RETURN 'the name of its schema leaves no room for "_partitioned" within 63 bytes; shorten it';
  END IF;
  FOREACH v_column IN ARRAY p_identity LOOP
    SELECT * INTO v_key FROM pg_attribute WHERE attrelid = p_plain AND attname = v_column AND attnum > 0 AND NOT attisdropped;
    IF NOT FOUND OR NOT v_key.attnotnull THEN
      RETURN format('column %I, which identifies its rows, is missing or may be null', v_column);
    END IF;
  END LOOP;
  IF NOT EXISTS (
    SELECT FROM pg_index i WHERE i.indrelid = p_plain AND i.indisunique AND i.indisvalid AND i.indimmediate
      AND i.indpred IS NULL AND i.indexprs IS NULL
      AND prisma_partition.index_columns(i.indexrelid) @> p_identity AND prisma_partition.index_columns(i.indexrelid) <@ p_identity
  ) THEN
    RETURN format('no unique index on (%s) identifies its rows', array_to_string(p_identity, ', '));
  END IF;
  -- A unique of a partitioned table must contain the key. Where the model states the unique, adding the key to it in the
  -- model is the acknowledgement; one that Prisma does not know of would weaken without anybody having said so.
  SELECT string_agg(i.indexrelid::regclass::text, ', ') INTO v_found
  FROM pg_index i
  WHERE i.indrelid = p_plain AND i.indisunique
    AND NOT (p_key = ANY (prisma_partition.index_columns(i.indexrelid)) AND i.indexprs IS NULL)
    AND NOT (i.indpred IS NULL AND i.indexprs IS NULL AND EXISTS (
      SELECT FROM jsonb_array_elements(p_uniques) u
      WHERE prisma_partition.index_columns(i.indexrelid) = ARRAY(SELECT jsonb_array_elements_text(u -> 'columns'))));
  IF v_found IS NOT NULL THEN
    RETURN format('unique index %s lacks the key %I and is not stated in the model, so nobody has agreed to lose it; drop it, or state it there', v_found, p_key);
  END IF;
  RETURN NULL;
END
$fn$;
