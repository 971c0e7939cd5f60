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

/**
 * A dollar-quoted `jsonb` constant, over several lines where one would be long. A dollar sign inside is escaped by JSON's
 * own means, so no tag can occur in it.
 */
export function quoteJsonb(value: unknown): string {
  const line = JSON.stringify(value);
  const text = line.length <= 80 ? line : readableJson(value, "    ");
  return `$json$${text.replaceAll("$", "\\u0024")}$json$::jsonb`;
}

/** One line for each member of the outermost object or array. */
function readableJson(value: unknown, indent: string): string {
  const [open, close, members] = Array.isArray(value)
    ? ["[", "]", value.map((item) => JSON.stringify(item))]
    : [
        "{",
        "}",
        Object.entries(value as object).map(([key, item]) => `${JSON.stringify(key)}: ${JSON.stringify(item)}`),
      ];
  return `${open}\n${members.map((member) => `${indent}  ${member}`).join(",\n")}\n${indent}${close}`;
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
