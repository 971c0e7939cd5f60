/** All that a migration could have changed in a database, for comparing before and after. */
import type pg from "pg";

/** Catalogs, the column that tells their system's own rows (below 16384) from the others, and what a row describes. */
const CATALOGS = [
  ["pg_namespace", "oid", "nspname"],
  ["pg_class", "oid", "relnamespace::regnamespace || '.' || relname"],
  ["pg_attribute", "attrelid", "attrelid::regclass || '.' || attname"],
  ["pg_attrdef", "adrelid", "adrelid::regclass || '.' || adnum"],
  ["pg_constraint", "oid", "conrelid::regclass || '.' || conname"],
  ["pg_index", "indrelid", "indexrelid::regclass::text"],
  ["pg_inherits", "inhrelid", "inhrelid::regclass::text"],
  ["pg_partitioned_table", "partrelid", "partrelid::regclass::text"],
  ["pg_trigger", "tgrelid", "tgrelid::regclass || '.' || tgname"],
  ["pg_proc", "oid", "oid::regprocedure::text"],
  ["pg_rewrite", "oid", "ev_class::regclass::text"],
  ["pg_policy", "polrelid", "polrelid::regclass || '.' || polname"],
  ["pg_sequence", "seqrelid", "seqrelid::regclass::text"],
  ["pg_type", "oid", "oid::regtype::text"],
  ["pg_description", "objoid", "objoid::text"],
  ["pg_depend", "objid", "pg_describe_object(classid, objid, objsubid)"],
  ["pg_extension", "oid", "extname"],
] as const;

/** Columns of pg_class that are overwritten in place, outside transactions: statistics, and "has or recently had". */
const IN_PLACE = [
  "relpages",
  "reltuples",
  "relallvisible",
  "relallfrozen",
  "relfrozenxid",
  "relminmxid",
  "relhasindex",
];

/** Who ran when, and Prisma's own record of it. */
const NOT_COMPARED = ["cron.job_run_details", "public._prisma_migrations"];

const CATALOG_LINES = CATALOGS.map(
  ([catalog, oid, name]) =>
    `SELECT '${catalog} ' || ${name} || ' ' || md5((to_jsonb(c) - $1::text[])::text) FROM ${catalog} c WHERE ${oid} >= 16384`,
).join(" UNION ALL ");

/** Settings of the session and locks that outlive the transaction: none may be left behind. */
const SESSION_LINES = `
  SELECT 'setting ' || name || ' ' || setting FROM pg_settings WHERE source = 'session'
  UNION ALL SELECT 'lock ' || locktype FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory'`;

/**
 * One line per catalog row, table content (a hash over all rows) and sequence of the application's schemas: sorted,
 * equal exactly if nothing that a transaction can undo differs.
 *
 * @param ignoredSchema a schema of the test's own, whose content is left out
 */
export async function fingerprint(client: pg.Client, ignoredSchema = "sabotage"): Promise<string[]> {
  const { rows } = await client.query({ text: CATALOG_LINES, values: [IN_PLACE], rowMode: "array" });
  const session = await client.query({ text: SESSION_LINES, rowMode: "array" });
  const relations = await client.query<{ name: string; kind: string }>(
    `SELECT c.oid::regclass::text AS name, c.relkind AS kind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname !~ '^pg_|^information_schema$' AND n.nspname <> $1 AND n.nspname || '.' || c.relname <> ALL ($2)
       AND (c.relkind = 'r' OR c.relkind = 'S' AND n.nspname NOT IN ('prisma_partition', 'cron', 'partman'))`,
    [ignoredSchema, NOT_COMPARED],
  );
  const contents = relations.rows.map(({ name, kind }) =>
    kind === "S"
      ? `SELECT '${name} ' || last_value || is_called FROM ${name}`
      : `SELECT '${name} ' || md5(coalesce(string_agg(x::text, E'\\n' ORDER BY x::text), '')) FROM ${name} x`,
  );
  const content =
    contents.length > 0 ? await client.query({ text: contents.join(" UNION ALL "), rowMode: "array" }) : { rows: [] };
  return [...rows, ...session.rows, ...content.rows].map(([line]) => String(line)).sort();
}
