import type { Migration } from "./migration.ts";
import { type SqlToken, sqlTokens } from "./sql-tokens.ts";

/** A table as a statement names it; schema null where the statement does not say. */
export interface TableName {
  readonly schema: string | null;
  readonly table: string;
}

/**
 * The tables that exist after the user's own migrations: created, renamed or moved there, and not dropped since. Our
 * own folders are left out; they move tables that must have been created before.
 */
export function createdTables(migrations: readonly Migration[]): TableName[] {
  const tables = new Map<string, TableName>();
  const keyOf = (name: TableName): string => JSON.stringify([name.schema, name.table]);
  for (const { header, sql } of migrations) {
    if (header || sql === null) continue;
    for (const { added, removed } of tableStatements(sqlTokens(sql))) {
      if (removed) tables.delete(keyOf(removed));
      if (added) tables.set(keyOf(added), added);
    }
  }
  return [...tables.values()];
}

/** Whether such a table was created. A name without a schema, on either side, can mean any schema. */
export function tableExists(created: readonly TableName[], schema: string | null, table: string): boolean {
  return created.some(
    (name) => name.table === table && (name.schema === schema || name.schema === null || schema === null),
  );
}

interface TableStatement {
  readonly added?: TableName;
  readonly removed?: TableName;
}

function* tableStatements(tokens: readonly SqlToken[]): Generator<TableStatement> {
  for (let start = 0; start < tokens.length; start++) {
    const cursor = new Cursor(tokens, start);
    if (cursor.words("create")) {
      cursor.words("unlogged");
      if (!cursor.words("table")) continue;
      cursor.words("if", "not", "exists");
      const added = cursor.name();
      if (added) yield { added };
    } else if (cursor.words("drop", "table")) {
      cursor.words("if", "exists");
      do {
        const removed = cursor.name();
        if (removed) yield { removed };
      } while (cursor.symbol(","));
    } else if (cursor.words("alter", "table")) {
      cursor.words("if", "exists");
      cursor.words("only");
      const removed = cursor.name();
      cursor.symbol("*");
      if (!removed) continue;
      if (cursor.words("rename", "to")) {
        const renamed = cursor.name();
        if (renamed) yield { removed, added: { schema: removed.schema, table: renamed.table } };
      } else if (cursor.words("set", "schema")) {
        const schema = cursor.name();
        if (schema) yield { removed, added: { schema: schema.table, table: removed.table } };
      }
    }
  }
}

/** Reads forward through tokens; each method consumes what it matches, or nothing. */
class Cursor {
  readonly #tokens: readonly SqlToken[];
  #at: number;

  constructor(tokens: readonly SqlToken[], at: number) {
    this.#tokens = tokens;
    this.#at = at;
  }

  words(...words: string[]): boolean {
    const found = words.every((word, offset) => this.#is("word", word, offset));
    if (found) this.#at += words.length;
    return found;
  }

  symbol(text: string): boolean {
    const found = this.#is("symbol", text, 0);
    if (found) this.#at++;
    return found;
  }

  /** `table` or `schema.table`. */
  name(): TableName | null {
    const first = this.#identifier();
    if (first === null) return null;
    const second = this.symbol(".") ? this.#identifier() : null;
    return second === null ? { schema: null, table: first } : { schema: first, table: second };
  }

  #identifier(): string | null {
    const token = this.#tokens[this.#at];
    if (!token || token.kind === "symbol") return null;
    this.#at++;
    return token.text;
  }

  #is(kind: SqlToken["kind"], text: string, offset: number): boolean {
    const token = this.#tokens[this.#at + offset];
    return token?.kind === kind && token.text === text;
  }
}
