import { parseInstant } from "./instant.ts";

/**
 * How a column's value travels. Drivers disagree about bigint, timestamps and arrays (and @prisma/adapter-pg refuses
 * some types altogether), so every column is cast to text in SQL and converted here, in one place.
 */
const types = {
  text: { sql: (column: string) => `${column}::text`, decode: (text: string): string => text },
  integer: { sql: (column: string) => `${column}::text`, decode: (text: string): number => Number(text) },
  float: { sql: (column: string) => `${column}::text`, decode: (text: string): number => Number(text) },
  bigint: { sql: (column: string) => `${column}::text`, decode: (text: string): bigint => BigInt(text) },
  boolean: { sql: (column: string) => `${column}::text`, decode: (text: string): boolean => text === "true" },
  instant: {
    // to_char, because the plain cast depends on the session's TimeZone and DateStyle.
    sql: (column: string) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS"+00"')`,
    decode: parseInstant,
  },
  texts: {
    sql: (column: string) => `array_to_json(${column})::text`,
    decode: (text: string): string[] => JSON.parse(text),
  },
  // Of a jsonb object, values as text: a bigint in JSON would lose its last digits.
  record: {
    sql: (column: string) =>
      `(SELECT json_object_agg(field.key, field.value)::text FROM jsonb_each_text(${column}) AS field)`,
    decode: (text: string): Record<string, string | null> => JSON.parse(text),
  },
};

type TypeName = keyof typeof types;

/** camelCase name of a column → its type; a trailing `?` allows null. */
export type Columns = Readonly<Record<string, TypeName | `${TypeName}?`>>;

type Value<T> = T extends `${infer Name extends TypeName}?`
  ? ReturnType<(typeof types)[Name]["decode"]> | null
  : T extends TypeName
    ? ReturnType<(typeof types)[T]["decode"]>
    : never;

/** What one row of these columns is, once decoded. */
export type Row<C extends Columns> = { -readonly [K in keyof C]: Value<C[K]> };

/** `{ rowsDone: "bigint" }` → `rows_done::text AS "rowsDone"`. */
export function selectList(columns: Columns): string {
  return Object.entries(columns)
    .map(([name, type]) => `${types[baseType(type)].sql(snakeCase(name))} AS "${name}"`)
    .join(", ");
}

/** Decodes a row that `selectList` of the same columns asked for. */
export function decodeRow<C extends Columns>(columns: C, row: Readonly<Record<string, string | null>>): Row<C> {
  const entries = Object.entries(columns).map(([name, type]) => {
    const text = row[name] ?? null;
    if (text !== null) return [name, types[baseType(type)].decode(text)];
    if (type.endsWith("?")) return [name, null];
    throw new TypeError(`The column ${snakeCase(name)} is null, and never should be.`);
  });
  return Object.fromEntries(entries) as Row<C>;
}

function baseType(type: string): TypeName {
  return type.replace("?", "") as TypeName;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
