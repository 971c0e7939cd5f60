import type { Columns, Row } from "../columns.ts";
import { DatabaseError } from "../database-error.ts";
import { OutdatedInstallationError, PartitionError } from "../errors.ts";
import type { Executor } from "../executor.ts";
import { select } from "../select.ts";
import type { Check, Extension, Found, Query } from "./check.ts";
import { type Command, deploy, identifier, reinstall, sql } from "./command.ts";
import type { Finding } from "./finding.ts";
import { checkFailed, type FindingCode } from "./registry.ts";

/** Reads queries of one run, each once, for a subject. */
export interface Readings<Subject> {
  /** Null where the extension that the query is about is not installed. */
  read<C extends Columns>(query: Query<C, Subject>, needs?: Extension): Promise<Row<C>[] | null>;
  readonly subject: Subject;
}

export function makeReadings<Subject extends { readonly id: number } | null>(
  executor: Executor,
  subject: Subject,
): Readings<Subject> {
  const known = new Map<unknown, Promise<unknown>>();
  const once = <T>(key: unknown, read: () => Promise<T>): Promise<T> => {
    const found = known.get(key) ?? read();
    known.set(key, found);
    return found as Promise<T>;
  };
  return {
    subject,
    read: (query, needs) =>
      once(query, async () => {
        const place = needs === undefined ? "" : await once(needs, () => placeOf(executor, needs));
        if (place === null) return null;
        const params = query.params?.(subject) ?? (subject === null ? [] : [subject.id]);
        const text = query.sql.replaceAll("{extension}", () => place);
        return select(executor, query.columns, `FROM (${text}) AS reading`, params);
      }),
  };
}

/** The schema in which an extension keeps its own, quoted; null where it is not there, or does not work. */
async function placeOf(executor: Executor, extension: Extension): Promise<string | null> {
  const [row] = await select(
    executor,
    { place: "text" },
    `FROM (SELECT CASE e.extname WHEN 'pg_cron' THEN 'cron' ELSE quote_ident(n.nspname) END AS place
      FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = $1
        -- It can be created without being loaded, and then fails at every use.
        AND (e.extname <> 'pg_stat_statements' OR current_setting('pg_stat_statements.max', true) IS NOT NULL)) AS extension`,
    [extension],
  );
  return row?.place ?? null;
}

/**
 * Makes every check, one after the other; notes come last. One that fails becomes a finding of its own and
 * keeps none from being made.
 */
export async function runChecks<Subject>(
  executor: Executor,
  checks: readonly Check<FindingCode, Columns, Subject>[],
  readings: Readings<Subject>,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const check of checks) {
    try {
      const rows = await readings.read(check.query, check.needs);
      if (rows !== null) findings.push(...check.find(rows, readings.subject).map((found) => finding(check, found)));
    } catch (error) {
      const found = check.failed?.(error, readings.subject) ?? null;
      findings.push(found === null ? await failure(executor, check, error) : finding(check, found));
    }
  }
  // What is only worth knowing comes last.
  return [true, false].flatMap((alarm) => findings.filter(({ severity }) => (severity !== "info") === alarm));
}

function finding<Subject>(check: Check<FindingCode, Columns, Subject>, found: Found): Finding {
  const { subject, what, why = check.why, severity = check.severity, command, language } = found;
  return { code: check.code, severity, subject, what, why, command, language };
}

async function failure<Subject>(
  executor: Executor,
  check: Check<FindingCode, Columns, Subject>,
  error: unknown,
): Promise<Finding> {
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: checkFailed,
    severity: "warning",
    subject: check.code,
    what: `This could not be looked for: ${check.title}. ${message}`,
    why: "What was not looked at may be wrong.",
    ...(await remedy(executor, error)),
  };
}

async function remedy(executor: Executor, error: unknown): Promise<Command> {
  if (error instanceof OutdatedInstallationError) return reinstall;
  const code = error instanceof DatabaseError ? error.sqlstate : error instanceof PartitionError ? error.code : "";
  if (code === "42501" || code === "HIDDEN_JOBS") {
    const [row] = await select(executor, { name: "text" }, "FROM (SELECT current_user::text AS name) AS role").catch(
      () => [],
    );
    const role = identifier(row?.name ?? "");
    return code === "42501"
      ? sql(`GRANT pg_monitor, pg_read_all_data TO ${role}`)
      : sql(`ALTER ROLE ${role} BYPASSRLS`);
  }
  return /^42/.test(code) ? deploy : { command: "npx prisma-partition doctor", language: "sh" };
}
