import type pg from "pg";

/**
 * Everything about a table that somebody could miss after its conversion, one line each, read from the catalog. The
 * table's own name is written `T`, so that a table and its successor compare line by line. What a partitioned table has
 * in its partitions is read there; partitions that differ in it make a line each.
 */
export async function describeTable(client: pg.Client, name: string): Promise<string[]> {
  await client.query("BEGIN");
  await client.query("SET LOCAL search_path = pg_catalog");
  const { rows } = await client.query<{ line: string }>(
    `WITH t AS (SELECT c.*, c.oid::regclass::text AS name FROM pg_class c WHERE c.oid = $1::regclass), ${sections
      .map(([title, sql]) => `${title} AS (${sql})`)
      .join(", ")}
     ${sections.map(([title]) => `SELECT line FROM ${title} WHERE line IS NOT NULL`).join(" UNION ALL ")}`,
    [name],
  );
  await client.query("COMMIT");
  return rows.map(({ line }) => line).sort();
}

const granted = (acl: string) => `(SELECT string_agg(x, ' ' ORDER BY x) FROM unnest(${acl}::text[]) x)`;
/** Those that somebody has set: names that begin with pg_ are the server's own. */
const options = (condition = "") =>
  `(SELECT string_agg(o.option_name || '=' || o.option_value, ' ' ORDER BY o.option_name) FROM pg_options_to_table(a.attoptions) o WHERE NOT starts_with(o.option_name, 'pg_') ${condition})`;
const database = "(SELECT dattablespace FROM pg_database WHERE datname = current_database())";
const tablespace = (relation: string) =>
  `(SELECT spcname FROM pg_tablespace WHERE oid = coalesce(nullif(${relation}.reltablespace, 0), ${database}))`;

/** Queries on `t`, the table's row of pg_class. */
const sections: readonly (readonly [title: string, sql: string])[] = [
  [
    "leaves",
    "SELECT c.*, NULL::text AS line FROM t JOIN pg_class c ON c.oid = t.oid AND t.relkind = 'r' OR c.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = t.oid)",
  ],
  [
    "columns",
    `SELECT concat_ws(' ', 'column', row_number() OVER (ORDER BY a.attnum), a.attname, format_type(a.atttypid, a.atttypmod),
       CASE WHEN a.attnotnull THEN 'not null' END, (SELECT 'named ' || k.conname FROM pg_constraint k WHERE k.conrelid = t.oid AND k.contype = 'n' AND k.conkey[1] = a.attnum),
       'default ' || pg_get_expr(d.adbin, d.adrelid), 'identity ' || nullif(a.attidentity::text, ''),
       'generated ' || nullif(a.attgenerated::text, ''), 'collate ' || nullif(a.attcollation, 0), 'storage ' || a.attstorage::text,
       'compression ' || nullif(a.attcompression::text, ''), 'statistics ' || nullif(a.attstattarget, -1),
       'options ' || ${options("AND (o.option_name <> 'n_distinct_inherited' OR 'n_distinct=' || o.option_value <> ALL (a.attoptions))")},
       'is ' || col_description(t.oid, a.attnum), 'granted ' || ${granted("a.attacl")}) AS line
     FROM t JOIN pg_attribute a ON a.attrelid = t.oid LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum
     WHERE a.attnum > 0 AND NOT a.attisdropped`,
  ],
  [
    "leaf_columns",
    `SELECT DISTINCT concat_ws(' ', 'rows hold', a.attname, 'storage ' || a.attstorage::text, 'compression ' || nullif(a.attcompression::text, ''),
       'statistics ' || nullif(a.attstattarget, -1), 'options ' || ${options()}) AS line
     FROM leaves l JOIN pg_attribute a ON a.attrelid = l.oid WHERE a.attnum > 0 AND NOT a.attisdropped`,
  ],
  [
    "constraints",
    `SELECT concat_ws(' ', CASE k.contype WHEN 'f' THEN 'foreign key' ELSE 'constraint' END, conname,
       replace(pg_get_constraintdef(k.oid), t.name, 'T'), CASE WHEN NOT k.convalidated THEN 'INVALID' END, 'is ' || obj_description(k.oid, 'pg_constraint')) AS line
     FROM t JOIN pg_constraint k ON k.conrelid = t.oid WHERE k.contype <> 'n' AND k.contype <> 't' AND k.conparentid = 0`,
  ],
  [
    "referencing",
    `SELECT concat_ws(' ', 'referenced by', k.conrelid::regclass, conname, replace(pg_get_constraintdef(k.oid), t.name, 'T'),
       CASE WHEN NOT k.convalidated THEN 'INVALID' END, 'is ' || obj_description(k.oid, 'pg_constraint')) AS line
     FROM t JOIN pg_constraint k ON k.confrelid = t.oid WHERE k.conparentid = 0`,
  ],
  [
    "indexes",
    `SELECT concat_ws(' ', 'index', c.relname, replace(replace(pg_get_indexdef(x.indexrelid), ' ON ONLY ', ' ON '), t.name, 'T'),
       'options ' || c.reloptions::text, 'tablespace ' || nullif(${tablespace("c")}, 'pg_default'), 'is ' || obj_description(c.oid, 'pg_class'),
       (SELECT 'statistics ' || string_agg(a.attnum || '=' || a.attstattarget, ',') FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attstattarget >= 0),
       CASE WHEN NOT x.indisvalid THEN 'INVALID' END) AS line
     FROM t JOIN pg_index x ON x.indrelid = t.oid JOIN pg_class c ON c.oid = x.indexrelid`,
  ],
  [
    "leaf_indexes",
    `SELECT DISTINCT concat_ws(' ', 'rows are indexed by', coalesce(p.relname, c.relname), 'ON T' || substring(pg_get_indexdef(x.indexrelid) FROM ' USING .*'), 'options ' || c.reloptions::text,
       'tablespace ' || nullif(${tablespace("c")}, 'pg_default'),
       (SELECT 'statistics ' || string_agg(a.attnum || '=' || a.attstattarget, ',') FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attstattarget >= 0),
       CASE WHEN x.indisclustered THEN 'clustered' END, CASE WHEN x.indisreplident THEN 'replica identity' END, CASE WHEN NOT x.indisvalid THEN 'INVALID' END) AS line
     FROM leaves l JOIN pg_index x ON x.indrelid = l.oid JOIN pg_class c ON c.oid = x.indexrelid
     LEFT JOIN pg_inherits h ON h.inhrelid = c.oid LEFT JOIN pg_class p ON p.oid = h.inhparent`,
  ],
  [
    "extended_statistics",
    `SELECT concat_ws(' ', 'statistics', s.stxname, CASE WHEN s.stxnamespace <> t.relnamespace THEN 'in ' || s.stxnamespace::regnamespace END,
       substring(pg_get_statisticsobjdef(s.oid) FROM ' (?:\\(.*?\\) )?ON .*(?= FROM )'), s.stxkind, 'target ' || nullif((to_jsonb(s) ->> 'stxstattarget')::integer, -1),
       'owner ' || s.stxowner::regrole, 'is ' || obj_description(s.oid, 'pg_statistic_ext')) AS line
     FROM t JOIN pg_statistic_ext s ON s.stxrelid = t.oid`,
  ],
  [
    "policies",
    `SELECT concat_ws(' ', 'policy', p.polname, p.polcmd::text, p.polpermissive, p.polroles::regrole[], replace(pg_get_expr(p.polqual, t.oid), t.name, 'T'),
       replace(pg_get_expr(p.polwithcheck, t.oid), t.name, 'T'), 'is ' || obj_description(p.oid, 'pg_policy')) AS line
     FROM t JOIN pg_policy p ON p.polrelid = t.oid`,
  ],
  [
    "triggers",
    `SELECT concat_ws(' ', 'trigger', g.tgenabled::text, replace(pg_get_triggerdef(g.oid), t.name, 'T'), 'is ' || obj_description(g.oid, 'pg_trigger')) AS line
     FROM t JOIN pg_trigger g ON g.tgrelid = t.oid AND NOT g.tgisinternal WHERE NOT starts_with(g.tgname, 'prisma_partition_')`,
  ],
  [
    "sequences",
    `SELECT concat_ws(' ', 'sequence of', a.attname, s.relname, q.seqtypid::regtype, q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache, q.seqcycle,
       'owner ' || s.relowner::regrole, 'granted ' || ${granted("coalesce(s.relacl, acldefault('s', s.relowner))")}) AS line
     FROM t JOIN pg_depend d ON d.refobjid = t.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
     JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_sequence q ON q.seqrelid = s.oid
     JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid`,
  ],
  [
    "grants",
    `SELECT concat_ws(' ', 'granted', g.grantee, g.privilege_type, g.is_grantable) AS line FROM t, LATERAL (
       SELECT x.grantee::regrole::text, x.privilege_type, x.is_grantable FROM aclexplode(coalesce(t.relacl, acldefault('r', t.relowner))) x) g`,
  ],
  [
    "leaf_storage",
    `SELECT DISTINCT concat_ws(' ', 'rows are stored', l.reloptions::text, 'toast ' || s.reloptions::text, 'tablespace ' || ${tablespace("l")},
       'by ' || m.amname, 'owner ' || l.relowner::regrole, 'replica identity ' || l.relreplident::text) AS line
     FROM leaves l JOIN pg_am m ON m.oid = l.relam LEFT JOIN pg_class s ON s.oid = l.reltoastrelid`,
  ],
  [
    "publications",
    "SELECT 'published by ' || p.pubname AS line FROM t JOIN pg_publication_rel r ON r.prrelid = t.oid JOIN pg_publication p ON p.oid = r.prpubid",
  ],
  [
    "itself",
    `SELECT concat_ws(' ', 'table', 'owner', t.relowner::regrole, 'security', t.relrowsecurity, t.relforcerowsecurity, 'is ' || obj_description(t.oid, 'pg_class'),
       'tablespace ' || ${tablespace("t")}, (SELECT 'by ' || amname FROM pg_am WHERE oid = t.relam AND current_setting('server_version_num')::integer >= 170000), 'replica identity', t.relreplident::text,
       (SELECT c.relname FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid WHERE x.indrelid = t.oid AND x.indisreplident)) AS line
     FROM t`,
  ],
];
