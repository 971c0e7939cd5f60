/** The tag of the one `DO` block that a migration is; see the templates. */
const OUTER_TAG = "$prisma_partition$";

/** `it's` → `'it''s'`; null → `NULL`. Right under `standard_conforming_strings`, the default since PostgreSQL 9.1. */
export function quoteLiteral(value: string | number | null): string {
  return value === null ? "NULL" : `'${embeddable(String(value)).replaceAll("'", "''")}'`;
}

/** `event` → `"event"`. Always quoted, so that case and keywords do not matter. */
export function quoteIdent(name: string): string {
  return `"${embeddable(name).replaceAll('"', '""')}"`;
}

/** A dollar-quoted `jsonb` constant. A dollar sign inside is escaped by JSON's own means, so no tag can occur in it. */
export function quoteJsonb(value: unknown): string {
  return `$json$${JSON.stringify(value).replaceAll("$", "\\u0024")}$json$::jsonb`;
}

/** `['a', 'b']` → `ARRAY['a', 'b']::text[]`. */
export function quoteTextArray(values: readonly string[]): string {
  return `ARRAY[${values.map(quoteLiteral).join(", ")}]::text[]`;
}

/** The schema as a text expression; a model without `@@schema` lives where the connection's search path says. */
export function schemaExpression(schema: string | null): string {
  return schema === null ? "current_schema()" : quoteLiteral(schema);
}

/** Text for a `--` comment, which a line break in a name would end. */
export function commentText(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

function embeddable(text: string): string {
  if (text.includes(OUTER_TAG)) throw new Error(`"${text}" contains ${OUTER_TAG} and cannot stand in a migration.`);
  if (text.includes("\0")) throw new Error(`"${text}" contains a NUL character, which PostgreSQL cannot store.`);
  return text;
}
