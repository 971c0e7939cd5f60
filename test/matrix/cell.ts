/** One cell of the matrix as DDL and expressions: everything that depends on its values, in one place. */
import pg from "pg";
import type { TableSpec } from "../support/convert.ts";
import type { ColumnKind } from "./column-kinds.ts";
import { kindsDdl } from "./column-kinds.ts";
import { indexes } from "./dimensions.ts";
import { type IdKind, ids, literal } from "./ids.ts";
import { keys, type PartitionKey } from "./keys.ts";
import { names, schemas } from "./names.ts";
import type { Assignment } from "./pairwise.ts";

/** A column as the writers use it. Expressions are of row number `n`. */
export interface WrittenColumn {
  readonly name: string;
  /** None where the default, or the database, fills it. */
  readonly value: string | undefined;
  readonly change: string | undefined;
}

export interface Cell {
  readonly ddl: string;
  readonly spec: TableSpec;
  /** Quoted, with its schema. */
  readonly table: string;
  readonly columns: readonly WrittenColumn[];
  /** Quoted columns that identify a row. */
  readonly identity: readonly string[];
  readonly rows: number;
  /** Keys of rows that are inserted first. */
  readonly oddKeys: readonly string[];
  readonly key: WrittenColumn;
  /** Alters the table and its copy, given the quoted name of either, after setup. */
  readonly alter: ((table: string) => string) | undefined;
  readonly last: string | undefined;
}

const helpers = `
  CREATE FUNCTION public.instant(n bigint) RETURNS timestamptz STABLE LANGUAGE sql AS $$
    SELECT now() - n % 100 * interval '1 day' - n % 977 * interval '1 second' $$;
  CREATE FUNCTION public.uuid7(t timestamptz) RETURNS uuid LANGUAGE sql AS $$
    SELECT (lpad(to_hex((extract(epoch FROM t) * 1000)::bigint), 12, '0') || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid $$;
  CREATE FUNCTION public.ulid(t timestamptz) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', (((extract(epoch FROM t) * 1000)::bigint >> (i * 5)) & 31)::integer + 1, 1), '' ORDER BY i DESC)
      || upper(substr(md5(random()::text), 1, 16)) FROM generate_series(0, 9) i $$;
  CREATE TABLE public.megabyte AS SELECT string_agg(md5(random()::text), '') AS body FROM generate_series(1, 32768);
  CREATE TABLE app.parents (id integer PRIMARY KEY); INSERT INTO app.parents SELECT generate_series(0, 9);`;

export function cellOf(values: Assignment, kinds: Readonly<Record<string, ColumnKind>>): Cell {
  const nameOf = names[values.names as string] as (base: string) => string;
  const q = (base: string) => pg.escapeIdentifier(nameOf(base));
  const id = ids[values.id as string] as IdKind;
  const key = keys[values.key as string] as PartitionKey;
  const schema = schemas[values.schema as string] as string | null;
  const table = `${pg.escapeIdentifier(schema ?? "public")}.${q("t")}`;
  const quoted = { T: table, id: q("id"), at: q("at"), tenant: q("tenant"), a: q("a"), b: q("b"), index: q("i") };

  const uniqueB = values.indexes?.includes("unique");
  const columns: WrittenColumn[] = [];
  const definitions: string[] = [];
  const add = (base: string, type: string, value: string | undefined, change = value) => {
    columns.push({ name: q(base), value, change });
    definitions.push(`${q(base)} ${type}`);
  };
  const nullable = (value: string) => {
    const [some, nulls] = values.contents === "mostly nulls" ? [10, 9] : [5, 1];
    return `CASE WHEN n % ${some} >= ${nulls} THEN ${value} END`;
  };

  if (values.history === "columns dropped") definitions.push("gone_1 text");
  if (id.shape === "tenant") add("tenant", "integer NOT NULL", "n % 3");
  // An id that its default fills is changed to another one of those.
  add("id", `${id.type} NOT NULL`, id.value, id.value ?? "DEFAULT");
  if (values.history === "columns dropped") definitions.push("gone_2 integer DEFAULT 7");
  if (key.type) add("at", `${key.type} NOT NULL`, key.value);
  add("a", "integer", values.around === "a foreign key" ? "n % 10" : nullable("n"));
  add("b", "text", uniqueB ? nullable("'b' || n") : nullable("repeat('b', (n % 90)::integer)"));
  const slots = Object.keys(values).filter((name) => name.startsWith("column "));
  for (const slot of slots) {
    const kind = kinds[values[slot] as string] as ColumnKind;
    const base = `c${slot.slice("column ".length)}`;
    const own = (sql: string) => sql.replaceAll(/\{([abc])\}/g, (_, name) => q(name === "c" ? base : name));
    const required = / NOT NULL/.test(kind.type) || kind.type === "app.tags";
    const value = kind.value && (required ? kind.value : nullable(kind.value));
    const generated = kind.type.includes("GENERATED ALWAYS");
    add(base, own(kind.type), value, generated ? undefined : own(kind.change ?? value ?? "DEFAULT"));
  }
  if (values.history === "columns dropped") definitions.push("gone_3 app.mood");
  // Random, so that it stays as large as it is.
  const long = "substr(body, 1 + (n % 9)::integer)";
  const packed =
    values.contents === "a megabyte a row"
      ? `CASE WHEN n % 1000 IN (1, 2) THEN ${long} ELSE left(body, 4000) END`
      : `left(${long}, 4000)`;
  add("packed", "text", `(SELECT ${packed} FROM public.megabyte)`);
  if (values.contents === "250 columns more") {
    for (let wide = 0; wide < 250; wide++) add(`w${wide}`, wide % 2 ? "bigint" : "text", `n + ${wide}`);
    columns.splice(
      -250,
      250,
      ...columns.slice(-250).map((c, i) => ({
        ...c,
        value: i % 2 ? c.value : `(${c.value})::text`,
        change: i < 3 ? (i % 2 ? c.change : `(${c.change})::text`) : undefined,
      })),
    );
  }

  const identity = ["id"];
  if (id.shape === "tenant") identity.unshift("tenant");
  if (id.shape === "with the key" && key.type) identity.unshift("at");
  const keyBase = key.isId ? "id" : "at";
  const unique = identity.map(q).join(", ");
  const after = [
    id.shape === "unique index"
      ? `CREATE UNIQUE INDEX ON ${table} (${unique})`
      : `ALTER TABLE ${table} ADD ${id.shape === "unique constraint" ? "UNIQUE" : "PRIMARY KEY"} (${unique})`,
    id.after?.(quoted),
    values.history === "columns dropped" ? `ALTER TABLE ${table} DROP gone_1, DROP gone_2, DROP gone_3` : undefined,
    (indexes[values.indexes as string] as (typeof indexes)[string])({ ...quoted, at: q(keyBase) }),
    storageDdl(values.storage as string, table, q("packed")),
    aroundDdl(values.around as string, { ...quoted, at: q(keyBase) }),
  ];
  const create = `CREATE SCHEMA IF NOT EXISTS ${pg.escapeIdentifier(schema ?? "public")};
    CREATE TABLE ${table} (${definitions.join(", ")})`;
  const stated = identity.map(nameOf);
  const uniques = values.indexes === "a unique that the model states" ? [stated, [nameOf("b")]] : [stated];
  const spec: TableSpec = {
    schema,
    table: nameOf("t"),
    key: nameOf(keyBase),
    kind: key.kind,
    uniques,
    withoutPrimaryKey: id.shape?.startsWith("unique") ?? false,
    interval: key.intervals[values.interval === "short" ? 0 : 1],
    maintenance: values.maintenance === "partman" ? "auto" : "builtin",
    batchSize: 40,
    ...(values.contents === "odd keys"
      ? { start: key.start ?? new Date(Date.now() - 60 * 86_400_000).toISOString() }
      : {}),
  };
  const keyColumn = columns.find(({ name }) => name === q(keyBase)) as WrittenColumn;
  return {
    ddl: [helpers, kindsDdl, id.before, create, ...after].filter((sql) => sql !== undefined).join(";\n"),
    spec,
    table,
    columns,
    identity: identity.map(q),
    rows: rowsOf(values.contents as string),
    oddKeys: values.contents === "odd keys" ? (key.odd ?? []) : [],
    key: keyColumn,
    alter:
      values.history === "columns added and dropped on both sides after setup"
        ? (name) => `ALTER TABLE ${name} ADD late text DEFAULT 'late', ADD later integer`
        : undefined,
    last: id.last?.(quoted),
  };
}

/** Statements that give a table that has rows already another history. */
export function historyDdl(history: string, table: string): string {
  if (history === "columns added") {
    return `ALTER TABLE ${table} ADD late text DEFAULT 'late', ADD later integer, ADD latest uuid NOT NULL DEFAULT gen_random_uuid()`;
  }
  if (history === "rewritten")
    return `ALTER TABLE ${table} ADD rewritten integer; ALTER TABLE ${table} ALTER rewritten TYPE bigint; VACUUM FULL ${table}`;
  return "SELECT";
}

function rowsOf(contents: string): number {
  if (contents === "no row") return 0;
  if (contents === "one row") return 1;
  return contents === "a megabyte a row" ? 14 : 90;
}

function storageDdl(storage: string, table: string, column: string): string {
  if (storage === "lz4") return `ALTER TABLE ${table} ALTER ${column} SET COMPRESSION lz4`;
  if (storage === "fillfactor 40") return `ALTER TABLE ${table} SET (fillfactor = 40, toast_tuple_target = 300)`;
  return `ALTER TABLE ${table} ALTER ${column} SET STORAGE ${storage.toUpperCase()}`;
}

function aroundDdl(what: string, { T, id, at, a, b }: Record<"T" | "id" | "at" | "a" | "b", string>): string {
  switch (what) {
    case "checks and comments":
      return `ALTER TABLE ${T} ADD CHECK (${a} > -5), ADD CONSTRAINT "odd % ""check""" CHECK (length(${b}) < 1000);
        COMMENT ON TABLE ${T} IS 'it''s "%s" \\ $body$'; COMMENT ON COLUMN ${T}.${a} IS '100%'`;
    case "a foreign key":
      return `ALTER TABLE ${T} ADD FOREIGN KEY (${a}) REFERENCES app.parents ON UPDATE CASCADE`;
    case "foreign keys of other tables":
      return `DO $matrix$ BEGIN EXECUTE format('CREATE TABLE app.children (id bigserial PRIMARY KEY, parent %s)',
          (SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = ${literal(T)}::regclass AND attname = ${literal(at.slice(1, -1).replaceAll('""', '"'))})); END $matrix$;
        ALTER TABLE app.children ADD FOREIGN KEY (parent) REFERENCES ${T} (${id}) ON UPDATE CASCADE ON DELETE SET NULL`;
    case "triggers":
      return `CREATE FUNCTION app.clean() RETURNS trigger LANGUAGE plpgsql AS $matrix$ BEGIN NEW.${b} := trim(NEW.${b}); RETURN NEW; END $matrix$;
        CREATE FUNCTION app.count() RETURNS trigger LANGUAGE plpgsql AS $matrix$ BEGIN RETURN NULL; END $matrix$;
        CREATE TRIGGER "odd %s ""trigger""" BEFORE INSERT OR UPDATE OF ${b} ON ${T} FOR EACH ROW WHEN (NEW.${b} <> '') EXECUTE FUNCTION app.clean();
        CREATE TRIGGER counted AFTER INSERT OR DELETE ON ${T} FOR EACH STATEMENT EXECUTE FUNCTION app.count(); ALTER TABLE ${T} ENABLE ALWAYS TRIGGER counted`;
    case "row security":
      return `ALTER TABLE ${T} ENABLE ROW LEVEL SECURITY; CREATE POLICY "odd %s ""policy""" ON ${T} USING (${a} > 5 OR ${a} IS NULL) WITH CHECK (${b} <> 'forbidden')`;
    case "grants and another owner":
      return `GRANT SELECT ON ${T} TO pg_monitor; GRANT UPDATE (${a}, ${b}) ON ${T} TO pg_monitor WITH GRANT OPTION; GRANT SELECT (${id}) ON ${T} TO PUBLIC; ALTER TABLE ${T} OWNER TO pg_signal_backend`;
    case "extended statistics":
      return `CREATE STATISTICS app.stx (ndistinct, mcv) ON ${a}, ${b} FROM ${T}; ALTER TABLE ${T} ALTER ${a} SET STATISTICS 333`;
    default:
      return "SELECT";
  }
}
