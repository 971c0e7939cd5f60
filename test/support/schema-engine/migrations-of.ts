/**
 * The migrations named in a request's parameters, as script to name. Engine methods receive them as a `migrationsList`,
 * some deep inside other parameters; the adapter receives a script without its name.
 */
export function migrationsOf(parameters: unknown, found = new Map<string, string>()): Map<string, string> {
  if (typeof parameters !== "object" || parameters === null) return found;
  const { path, migrationFile } = parameters as { path?: string; migrationFile?: { content?: { value?: unknown } } };
  const script = migrationFile?.content?.value;
  if (path !== undefined && typeof script === "string") found.set(script, path);
  else for (const value of Object.values(parameters)) migrationsOf(value, found);
  return found;
}
