import { DatabaseError } from "pg";
import type { Connection } from "./connection.ts";

/** An error in the shape that the Prisma CLI prints: a code such as P3018 above a message. */
export class UserFacingError extends Error {
  readonly code: string;
  readonly meta: Record<string, unknown>;

  constructor(code: string, message: string, meta: Record<string, unknown> = {}) {
    super(message);
    this.code = code;
    this.meta = meta;
  }
}

/** P3018, with the database's error in full; or with whatever else kept the script from running. */
export function migrationFailed(migration: string, error: unknown, script: string): UserFacingError {
  const code = (error instanceof DatabaseError && error.code) || "none";
  const text = error instanceof DatabaseError ? describeDatabaseError(error, script) : String(error);
  return new UserFacingError(
    "P3018",
    "A migration failed to apply. New migrations cannot be applied before the error is recovered from. " +
      "Read more about how to resolve migration issues in a production database: https://pris.ly/d/migrate-resolve\n\n" +
      `Migration name: ${migration}\n\nDatabase error code: ${code}\n\nDatabase error:\n${text}\n`,
    { migration_name: migration, database_error_code: code, database_error: text },
  );
}

/**
 * ```text
 * ERROR: relation "gone" does not exist
 * HINT: …
 *
 * Position:
 *   1 CREATE TABLE "a" (id int);
 *   2 INSERT INTO gone VALUES (1);
 * ```
 * and the fields of the error, as the engine prints them. `error.position` counts characters of `script`, from 1.
 */
export function describeDatabaseError(error: DatabaseError, script: string): string {
  const lines = [`${error.severity ?? "ERROR"}: ${error.message}`];
  if (error.detail) lines.push(`DETAIL: ${error.detail}`);
  if (error.hint) lines.push(`HINT: ${error.hint}`);
  const position = error.position ? `\n\nPosition:\n${linesUpTo(script, Number(error.position))}` : "";
  return `${lines.join("\n")}${position}\n\n${fields(error)}`;
}

/** The line of `position` (characters from 1) and up to five before it, numbered. */
function linesUpTo(script: string, position: number): string {
  const before = [...script].slice(0, position - 1).join("");
  const number = before.split("\n").length;
  const numbered = script.split("\n").map((line, index) => `${String(index + 1).padStart(3)} ${line}`.trimEnd());
  return numbered.slice(Math.max(0, number - 6), number).join("\n");
}

function fields(error: DatabaseError): string {
  const option = (value: string | undefined) => (value === undefined ? "None" : `Some(${JSON.stringify(value)})`);
  return (
    `DbError { severity: ${JSON.stringify(error.severity ?? "ERROR")}, code: SqlState(${error.code}), ` +
    `message: ${JSON.stringify(error.message)}, detail: ${option(error.detail)}, hint: ${option(error.hint)}, ` +
    `position: ${error.position ? `Some(Original(${error.position}))` : "None"}, where_: ${option(error.where)}, ` +
    `schema: ${option(error.schema)}, table: ${option(error.table)}, column: ${option(error.column)}, ` +
    `constraint: ${option(error.constraint)}, file: ${option(error.file)}, line: ${error.line ?? "None"}, ` +
    `routine: ${option(error.routine)} }`
  );
}

/** Why a connection could not be made, under the code the CLI acts on (P1003: it offers to create the database). */
export function connectionFailed(error: unknown, connection: Connection): UserFacingError {
  const { host, port, database, user } = connection;
  const { code, message } = error as { code?: string; message?: string };
  switch (code) {
    case "3D000":
      return new UserFacingError(
        "P1003",
        `Database \`${database}\` does not exist on the database server at \`${host}:${port}\`.`,
        { database_name: database, database_host: host, database_port: port },
      );
    case "28P01":
      return new UserFacingError(
        "P1000",
        `Authentication failed against database server, the provided database credentials for \`${user}\` are not valid.\n\n` +
          "Please make sure to provide valid database credentials for the database server at the configured address.",
        { database_user: user },
      );
    case "28000":
    case "42501":
      return new UserFacingError("P1010", `User \`${user}\` was denied access on the database \`${database}\``, {
        database_user: user,
        database_name: database,
      });
    default:
      return new UserFacingError(
        "P1001",
        `Can't reach database server at \`${host}:${port}\`\n\nPlease make sure your database server is running at \`${host}:${port}\`.${
          code === "ECONNREFUSED" || !message ? "" : `\n\n${message}`
        }`,
        { database_location: `${host}:${port}` },
      );
  }
}
