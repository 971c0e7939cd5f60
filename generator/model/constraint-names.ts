/** PostgreSQL keeps this many bytes of a name (NAMEDATALEN - 1). */
const limit = 63;

/** Name that Prisma gives the primary key of a table without `map:` — `events_pkey`. */
export function primaryKeyName(table: string): string {
  return withSuffix(table, "_pkey");
}

/** Name that Prisma gives a unique index without `map:` — `events_user_id_key`. Takes database names. */
export function uniqueName(table: string, columns: readonly string[]): string {
  return withSuffix([table, ...columns].join("_"), "_key");
}

/**
 * Cuts the name, never the suffix, to fit 63 bytes and never inside a character, as `ConstraintNames` in
 * prisma-engines does (psl/psl-core/src/datamodel_connector/constraint_names.rs).
 */
function withSuffix(name: string, suffix: string): string {
  const room = limit - suffix.length;
  let kept = "";
  let bytes = 0;
  for (const char of name) {
    bytes += Buffer.byteLength(char);
    if (bytes > room) break;
    kept += char;
  }
  return kept + suffix;
}
