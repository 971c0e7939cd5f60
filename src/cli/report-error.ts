import { ConnectionError, DatabaseError } from "../database-error.ts";
import {
  AccessDeniedError,
  InstallationMismatchError,
  NothingToCompareError,
  NotInstalledError,
  NotReadyError,
  OutdatedInstallationError,
  PartitionError,
} from "../errors.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { toJson } from "./json.ts";
import { paint, type Terminal } from "./terminal.ts";

/** Tells what went wrong, on the error output, and gives back the exit code. A stack trace only where DEBUG is set. */
export function reportError(terminal: Terminal, error: unknown, json: boolean): ExitCode {
  terminal.err(json ? `${toJson({ error: describe(error) })}\n` : `${lines(terminal, error).join("\n")}\n`);
  if (process.env.DEBUG && error instanceof Error) {
    terminal.err(`${error.stack}\n${error.cause instanceof Error ? `cause: ${error.cause.stack}\n` : ""}`);
  }
  return exitCodeOf(error);
}

function lines(terminal: Terminal, error: unknown): string[] {
  const { message, sqlstate, detail, hint } = describe(error);
  const extra = { DETAIL: detail, HINT: hint };
  return [
    `${paint(terminal, "red", "error:")} ${message}${sqlstate === undefined ? "" : ` (SQLSTATE ${sqlstate})`}`,
    ...Object.entries(extra).flatMap(([label, text]) => (text ? [`${label}: ${text}`] : [])),
  ];
}

function describe(error: unknown) {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof PartitionError ? error.code : "UNEXPECTED";
  if (!(error instanceof DatabaseError)) return { code, message };
  return { code, message, sqlstate: error.sqlstate, detail: error.detail, hint: error.hint };
}

function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof NotReadyError) return exitCodes.negative.code;
  const database = [
    DatabaseError,
    ConnectionError,
    AccessDeniedError,
    NotInstalledError,
    OutdatedInstallationError,
    InstallationMismatchError,
    NothingToCompareError,
  ];
  if (database.some((type) => error instanceof type)) return exitCodes.failed.code;
  return error instanceof PartitionError ? exitCodes.usage.code : exitCodes.failed.code;
}
