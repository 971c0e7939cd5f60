import type { Columns, Row } from "../columns.ts";
import type { CheckedTable } from "./checked-table.ts";
import type { Command } from "./command.ts";
import type { Severity } from "./finding.ts";

/** A reading of the database that one or several checks judge. It is read once a run, whoever asks. */
export interface Query<C extends Columns = Columns, Subject = never> {
  readonly columns: C;
  /** A SELECT. `{extension}` stands for the quoted schema of the extension that the check needs. */
  readonly sql: string;
  /** For `$1`, `$2`, …; without it the table's number is `$1`, if there is a table. */
  readonly params?: (subject: Subject) => readonly unknown[];
}

/** What a check has found; what is not said here is the check's own. */
export interface Found extends Command {
  readonly subject: string;
  readonly what: string;
  readonly why?: string;
  readonly severity?: Severity;
}

/**
 * One question about a table, or about what belongs to no table. `Subject` is what is asked about: the table, or null.
 * Checks read, write nothing, and take no lock but ACCESS SHARE, which blocks nobody but who wants a table to himself.
 */
export interface Check<Code extends string = string, C extends Columns = Columns, Subject = never> {
  readonly code: Code;
  /** The usual severity; a finding may be of another. */
  readonly severity: Severity;
  /** What it looks for, in a few words. */
  readonly title: string;
  /** Why that matters. */
  readonly why: string;
  /** What it reads and locks, besides catalogs. */
  readonly reads: string;
  /** Without this extension the question does not arise. */
  readonly needs?: Extension;
  readonly query: Query<C, Subject>;
  /** Judges the rows, in the order in which the query gives them. */
  find(rows: readonly Row<C>[], subject: Subject): readonly Found[];
  /** What it means that the query failed; null: that the question could not be answered. */
  failed?(error: unknown, subject: Subject): Found | null;
}

export type Extension = "pg_cron" | "pg_partman" | "pg_stat_statements";

export type TableCheck<Code extends string = string, C extends Columns = Columns> = Check<Code, C, CheckedTable>;
export type InstallationCheck<Code extends string = string, C extends Columns = Columns> = Check<Code, C, null>;

/** Keeps the code and the columns literal, so that `find` knows its rows. */
export function tableCheck<const Code extends string, const C extends Columns>(
  check: TableCheck<Code, C>,
): TableCheck<Code, C> {
  return Object.freeze(check);
}

export function installationCheck<const Code extends string, const C extends Columns>(
  check: InstallationCheck<Code, C>,
): InstallationCheck<Code, C> {
  return Object.freeze(check);
}

export function tableQuery<const C extends Columns>(query: Query<C, CheckedTable>): Query<C, CheckedTable> {
  return Object.freeze(query);
}

export function installationQuery<const C extends Columns>(query: Query<C, null>): Query<C, null> {
  return Object.freeze(query);
}
