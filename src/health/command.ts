import type { CheckedTable } from "./checked-table.ts";

/** What mends a finding. */
export interface Command {
  readonly command: string;
  readonly language: "sh" | "sql";
}

/** SQL statements, one a line; each gets its semicolon. */
export function sql(...statements: readonly string[]): Command {
  return { command: statements.map((statement) => `${statement};`).join("\n"), language: "sql" };
}

/** `npx prisma-partition <name> <Model> …` */
export function cli(
  name: "maintain" | "backfill" | "cleanup" | "list",
  table: CheckedTable,
  ...rest: string[]
): Command {
  const words = ["npx", "prisma-partition", name, shellWord(table.reference), ...rest];
  return { command: words.join(" "), language: "sh" };
}

/** Brings the functions that this version of the package has into the database. */
export const deploy: Command = { command: "npx prisma generate && npx prisma migrate deploy", language: "sh" };

/** Puts the functions back that were changed in the database. */
export const reinstall: Command = { command: "npx prisma-partition doctor --reinstall", language: "sh" };

/** `it's` → `'it''s'`. A backslash would be read differently where standard_conforming_strings is off: then E''. */
export function literal(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes("\\") ? `E${quoted.replaceAll("\\", "\\\\")}` : quoted;
}

/** `event` → `"event"`: always quoted, so that case and keywords do not matter. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The table, quoted. */
export function qualified(table: { readonly schema: string; readonly table: string }): string {
  return `${identifier(table.schema)}.${identifier(table.table)}`;
}

function shellWord(word: string): string {
  return /^[\w.-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
