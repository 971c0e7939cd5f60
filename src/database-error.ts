import { NotInstalledError, OutdatedInstallationError, PartitionError } from "./errors.ts";

/** What PostgreSQL reports about an error, whichever driver brought it. */
export interface ServerReport {
  /** Five characters, e.g. `40P01`. */
  readonly sqlstate: string;
  readonly message: string;
  readonly detail: string | null;
  readonly hint: string | null;
}

/** The database refused a statement. The driver's own error is the `cause`. */
export class DatabaseError extends PartitionError implements ServerReport {
  readonly sqlstate: string;
  readonly detail: string | null;
  readonly hint: string | null;

  constructor(report: ServerReport, cause: unknown) {
    super("DATABASE_ERROR", report.message, { cause });
    this.sqlstate = report.sqlstate;
    this.detail = report.detail;
    this.hint = report.hint;
  }
}

/** The database could not be reached, or the connection broke. */
export class ConnectionError extends PartitionError {
  constructor(message: string, cause: unknown) {
    super("CONNECTION_FAILED", message, { cause });
  }
}

/**
 * Turns what a driver threw into one of this package's errors; anything that did not come from the database is given
 * back as it is.
 */
export function toPartitionError(error: unknown): unknown {
  if (error instanceof PartitionError) return error;
  const report = fromPg(error) ?? fromPrisma(error);
  if (report !== null) return classify(report, error);
  const unreachable = connectionMessage(error);
  return unreachable === null ? error : new ConnectionError(unreachable, error);
}

function classify(report: ServerReport, cause: unknown): PartitionError {
  const { sqlstate, message } = report;
  if (sqlstate === "3F000" && message.includes('"prisma_partition"')) return new NotInstalledError(cause);
  // Not every relation of the schema: one that a function misses is a defect, and must be seen as what it is.
  if (sqlstate === "42P01" && /"prisma_partition\.(tables|progress)"/.test(message))
    return new NotInstalledError(cause);
  const missing = sqlstate === "42883" ? /prisma_partition\.\w+\([^)]*\)/.exec(message)?.[0] : undefined;
  if (missing !== undefined) return new OutdatedInstallationError(missing, cause);
  return new DatabaseError(report, cause);
}

/** The shape of pg's DatabaseError. `severity` tells it from a system error, whose `code` is a word. */
function fromPg(error: unknown): ServerReport | null {
  const { code, severity, message, detail, hint } = fields(error);
  if (typeof code !== "string" || typeof severity !== "string" || !/^[0-9A-Z]{5}$/.test(code)) return null;
  return { sqlstate: code, message: text(message) ?? code, detail: text(detail), hint: text(hint) };
}

/** The shape of a Prisma error (P2010 and others) whose query a driver adapter ran. */
function fromPrisma(error: unknown): ServerReport | null {
  const cause = adapterCause(error);
  const sqlstate = text(cause.originalCode);
  if (sqlstate === null) return null;
  return {
    sqlstate,
    message: text(cause.originalMessage) ?? sqlstate,
    detail: text(cause.detail),
    hint: text(cause.hint),
  };
}

const unreachableKinds = new Set(["DatabaseNotReachable", "ConnectionClosed", "SocketTimeout", "TlsConnectionError"]);
const systemCode = /^E[A-Z]+$/;
/** pg has no code for these; the wordings are those of pg 8.23 and pg-pool 3.14. */
const lostConnection =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|timeout expi?red|timeout exceeded when trying to connect|The server does not support SSL connections)/;

function connectionMessage(error: unknown): string | null {
  const adapter = adapterCause(error);
  if (typeof adapter.kind === "string" && unreachableKinds.has(adapter.kind)) {
    const place = adapter.host === undefined ? "" : ` at ${String(adapter.host)}:${String(adapter.port)}`;
    return `Cannot reach the database${place} (${text(adapter.reason) ?? adapter.kind}).`;
  }
  // A name that resolves to several addresses fails with an AggregateError, which has no message of its own.
  const { code, syscall, message } = fields(error instanceof AggregateError ? error.errors[0] : error);
  if (typeof code === "string" && systemCode.test(code) && syscall !== undefined) {
    return `Cannot reach the database: ${text(message) ?? code}.`;
  }
  return typeof message === "string" && lostConnection.test(message) ? `Lost the database: ${message}.` : null;
}

function adapterCause(error: unknown): Record<string, unknown> {
  return fields(fields(fields(fields(error).meta).driverAdapterError).cause);
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
