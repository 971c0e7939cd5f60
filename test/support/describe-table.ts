import type pg from "pg";

/**
 * Everything about a table that somebody could miss after its conversion, one line each, read from the catalog. The
 * table's own name is written `T`, so that a table and its successor compare line by line.
 */
export async function describeTable(client: pg.Client, name: string): Promise<string[]> {
  await client.query("BEGIN");
  await client.query("SET LOCAL search_path = pg_catalog");
  const { rows } = await client.query<{ line: string }>(
    `WITH t AS (SELECT c.*, c.oid::regclass::text AS name FROM pg_class c WHERE c.oid = $1::regclass)
     SELECT concat_ws(' ', 'column', row_number() OVER (ORDER BY a.attnum), a.attname, format_type(a.atttypid, a.atttypmod),
       CASE WHEN a.attnotnull THEN 'not null' END, 'default ' || pg_get_expr(d.adbin, d.adrelid), 'identity ' || nullif(a.attidentity::text, ''),
       'generated ' || nullif(a.attgenerated::text, ''), 'collate ' || nullif(a.attcollation, 0), 'storage ' || a.attstorage::text,
       'compression ' || nullif(a.attcompression::text, ''), 'statistics ' || nullif(a.attstattarget, -1), 'is ' || col_description(t.oid, a.attnum),
       'granted ' || (SELECT string_agg(x, ' ' ORDER BY x) FROM unnest(a.attacl::text[]) x)) AS line
     FROM t JOIN pg_attribute a ON a.attrelid = t.oid LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum
     WHERE a.attnum > 0 AND NOT a.attisdropped
     UNION ALL
     SELECT concat_ws(' ', CASE k.contype WHEN 'f' THEN 'foreign key' ELSE 'constraint' END, conname,
       replace(pg_get_constraintdef(k.oid), t.name, 'T'), CASE WHEN NOT k.convalidated THEN 'INVALID' END)
     FROM t JOIN pg_constraint k ON k.conrelid = t.oid WHERE k.contype <> 'n' AND k.contype <> 't' AND k.conparentid = 0
     UNION ALL
     SELECT concat_ws(' ', 'referenced by', k.conrelid::regclass, conname, replace(pg_get_constraintdef(k.oid), t.name, 'T'),
       CASE WHEN NOT k.convalidated THEN 'INVALID' END)
     FROM t JOIN pg_constraint k ON k.confrelid = t.oid WHERE k.conparentid = 0
     UNION ALL
     SELECT concat_ws(' ', 'index', c.relname, replace(replace(pg_get_indexdef(x.indexrelid), ' ON ONLY ', ' ON '), t.name, 'T'),
       CASE WHEN NOT x.indisvalid THEN 'INVALID' END)
     FROM t JOIN pg_index x ON x.indrelid = t.oid JOIN pg_class c ON c.oid = x.indexrelid
     UNION ALL
     SELECT concat_ws(' ', 'statistics on', (SELECT string_agg(a.attname, ', ' ORDER BY a.attname) FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attnum = ANY (s.stxkeys)), s.stxkind)
     FROM t JOIN pg_statistic_ext s ON s.stxrelid = t.oid
     UNION ALL
     SELECT concat_ws(' ', 'policy', p.polname, p.polcmd::text, p.polpermissive, p.polroles::regrole[], pg_get_expr(p.polqual, t.oid), pg_get_expr(p.polwithcheck, t.oid))
     FROM t JOIN pg_policy p ON p.polrelid = t.oid
     UNION ALL
     SELECT concat_ws(' ', 'trigger', g.tgenabled::text, replace(pg_get_triggerdef(g.oid), t.name, 'T'), 'is ' || obj_description(g.oid, 'pg_trigger'))
     FROM t JOIN pg_trigger g ON g.tgrelid = t.oid AND NOT g.tgisinternal WHERE NOT starts_with(g.tgname, 'prisma_partition_')
     UNION ALL
     SELECT concat_ws(' ', 'sequence of', a.attname, q.seqtypid::regtype, q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache, q.seqcycle,
       'owner ' || s.relowner::regrole, 'granted ' || s.relacl::text)
     FROM t JOIN pg_depend d ON d.refobjid = t.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
     JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_sequence q ON q.seqrelid = s.oid
     JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
     UNION ALL
     SELECT concat_ws(' ', 'granted', g.grantee, g.privilege_type, g.is_grantable) FROM t, LATERAL (
       SELECT x.grantee::regrole::text, x.privilege_type, x.is_grantable FROM aclexplode(coalesce(t.relacl, acldefault('r', t.relowner))) x) g
     UNION ALL
     SELECT concat_ws(' ', 'table', 'owner', t.relowner::regrole, 'security', t.relrowsecurity, t.relforcerowsecurity, 'is ' || obj_description(t.oid, 'pg_class'),
       'replica identity', t.relreplident::text, (SELECT c.relname FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid WHERE x.indrelid = t.oid AND x.indisreplident))
     FROM t`,
    [name],
  );
  await client.query("COMMIT");
  return rows.map(({ line }) => line).sort();
}
