-- Logical replication that the swap would break. A publication that names the table, or its schema, is carried over when
-- it publishes partitions as their root (see carry_publications); otherwise subscribers, who have no such tables, would be
-- sent the names of partitions. One FOR ALL TABLES would publish the load of the copy, and fail its DELETEs as well as those of
-- the change log, which has no replica identity.
CREATE OR REPLACE FUNCTION prisma_partition.refuse_publications(p_plain oid, p_key text)
RETURNS SETOF text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $fn$
DECLARE
  c pg_class; p record; v_table text := p_plain::regclass; v_name text;
BEGIN
  SELECT * INTO STRICT c FROM pg_class WHERE oid = p_plain;
  FOR p IN SELECT x.*, m.columns, m.filter, m.by_schema FROM pg_publication x
    LEFT JOIN prisma_partition.publications_of(p_plain) m ON m.publication = x.oid WHERE x.puballtables OR m.publication IS NOT NULL ORDER BY x.pubname
  LOOP
    IF p.puballtables THEN
      RETURN NEXT format('publication %I is FOR ALL TABLES, so it would publish the backfill, and make the DELETEs of the change log fail; name the tables; run: DROP PUBLICATION %1$I; CREATE PUBLICATION %1$I FOR TABLE %s WITH (publish = %L, publish_via_partition_root = true)',
        p.pubname, (SELECT string_agg(format('%I.%I', schemaname, tablename), ', ' ORDER BY schemaname, tablename) FROM pg_publication_tables
          WHERE pubname = p.pubname AND schemaname <> 'prisma_partition' AND NOT EXISTS ( -- pg_partman's configuration, say
            SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = to_regclass(format('%I.%I', schemaname, tablename)) AND d.deptype = 'e')),
        concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END, CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END));
      CONTINUE;
    END IF;
    IF NOT p.pubviaroot THEN
      RETURN NEXT format('publication %I would send subscribers the names of partitions; run: ALTER PUBLICATION %1$I SET (publish_via_partition_root = true)', p.pubname);
    END IF;
    IF NOT p.by_schema AND NOT pg_has_role(p.pubowner, 'USAGE') THEN
      RETURN NEXT format('publication %I would have to follow the table, and role %I is not a member of its owner; run: GRANT %s TO %2$I', p.pubname, current_user, p.pubowner::regrole);
    END IF;
    CONTINUE WHEN NOT (p.pubupdate OR p.pubdelete);
    IF p.columns IS NOT NULL AND NOT p_key = ANY (p.columns) AND c.relreplident <> 'n' THEN
      -- The new table's replica identity contains the key, and a column list must contain the replica identity.
      RETURN NEXT format('publication %I leaves out the key %I, without which changes of a partitioned table cannot be published; subscribers need the column, then run: ALTER PUBLICATION %1$I DROP TABLE %3$s; ALTER PUBLICATION %1$I ADD TABLE %3$s (%4$s)%5$s',
        p.pubname, p_key, v_table, prisma_partition.join_columns(p.columns || p_key, '%I', ', '), ' WHERE (' || p.filter || ')');
    END IF;
    IF c.relreplident = 'n' OR c.relreplident = 'd' AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = p_plain AND indisprimary) THEN
      SELECT k.relname INTO v_name FROM pg_index x JOIN pg_class k ON k.oid = x.indexrelid
      WHERE x.indrelid = p_plain AND x.indisunique AND x.indisvalid AND x.indimmediate AND x.indpred IS NULL AND x.indexprs IS NULL
        AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = p_plain AND a.attnum = ANY (x.indkey) AND NOT a.attnotnull)
      ORDER BY x.indisprimary DESC, x.indnkeyatts, k.relname LIMIT 1;
      RETURN NEXT format('publication %I publishes its updates or deletes, which fail because it has no replica identity; run: ALTER TABLE %s REPLICA IDENTITY %s', p.pubname, v_table,
        coalesce('USING INDEX ' || quote_ident(v_name), 'FULL'));
    END IF;
  END LOOP;
  FOR v_name IN SELECT s.subname FROM pg_subscription_rel r JOIN pg_subscription s ON s.oid = r.srsubid WHERE r.srrelid = p_plain LOOP
    RETURN NEXT format('subscription %I writes to it, and would leave the new table out after the swap; take the table out of what the publisher publishes, then run: ALTER SUBSCRIPTION %1$I REFRESH PUBLICATION', v_name);
  END LOOP;
END
$fn$;
