import type { Columns } from "../columns.ts";
import { UnknownModelError } from "../errors.ts";
import type { Executor } from "../executor.ts";
import type { Table } from "../find-table.ts";
import { bounds, layoutOf, reach } from "./bounds.ts";
import type { Check } from "./check.ts";
import { type CheckedTable, readCheckedTable } from "./checked-table.ts";
import { defaultRowKinds } from "./checks/default-rows.ts";
import { changeLog } from "./checks/log-growing.ts";
import { oldTable } from "./checks/old-table-kept.ts";
import type { Finding } from "./finding.ts";
import { type FindingCode, goneChecks, installationChecks, tableChecks } from "./registry.ts";
import { makeReadings, runChecks } from "./run-checks.ts";

/** How a table is. What could not be read is null, and a finding `check-failed` says why. */
export interface Health {
  readonly model: string;
  readonly schema: string;
  readonly table: string;
  readonly stage: "setup" | "cutover" | "cleanup";
  /** No error and no warning. */
  readonly ok: boolean;
  /** In the order in which they are to be mended. */
  readonly findings: readonly Finding[];
  /** Whole partitions without a gap after the one that new rows go to. */
  readonly partitionsAhead: number | null;
  /** How many there ought to be. */
  readonly premake: number;
  readonly defaultRows: bigint | null;
  /** Changes that were captured and not replayed yet. */
  readonly logEntries: bigint | null;
  /** When maintenance ran last. */
  readonly maintainedAt: Date | null;
  /** Rows that the backfill has loaded, of so many by the planner's estimate. */
  readonly rowsDone: bigint | null;
  readonly rowsEstimated: bigint | null;
  /** The backfill is complete: cutover may be asked for. */
  readonly ready: boolean | null;
  /** When a unit of work ended last. */
  readonly lastBatchAt: Date | null;
  /** Somebody is at work this moment. */
  readonly runnerAlive: boolean | null;
  /** The old table with its indexes; null where there is none. */
  readonly oldTableBytes: bigint | null;
}

/**
 * Looks at one table: everything in `tableChecks`. Reads catalogs, what is recorded, the default partition and the change
 * log, one query after the other; writes nothing, and takes no lock but ACCESS SHARE. Needs `pg_monitor`; what that role
 * may not read becomes a finding `check-failed`. Throws UNKNOWN_MODEL if the table is not set up any more.
 */
export async function readHealth(executor: Executor, table: Pick<Table, "id" | "model">): Promise<Health> {
  const checked = await readCheckedTable(executor, table.id);
  if (checked === null) throw new UnknownModelError(table.model, [], null);
  const readings = makeReadings(executor, checked);
  const checks = checked.liveExists ? tableChecks : goneChecks;
  const findings = await runChecks(executor, checks as readonly Check<FindingCode, Columns, CheckedTable>[], readings);
  // The checks have read them; where that failed, a finding says so.
  const unless = <T>(reading: Promise<T>): Promise<T | null> =>
    checked.liveExists ? reading.catch(() => null) : Promise.resolve(null);
  const layout = await unless(readings.read(bounds));
  const [kinds] = (await unless(readings.read(defaultRowKinds))) ?? [];
  const [log] = (await unless(readings.read(changeLog))) ?? [];
  const [old] = (await unless(readings.read(oldTable))) ?? [];
  return {
    model: checked.model,
    schema: checked.schema,
    table: checked.table,
    stage: checked.stage as Health["stage"],
    ok: isHealthy(findings),
    findings,
    partitionsAhead: layout === null ? null : reach(layoutOf(layout)).ahead,
    premake: checked.premake,
    defaultRows: kinds === undefined ? null : kinds.movable + kinds.beyond + kinds.expired + kinds.placeless,
    logEntries: log?.entries ?? null,
    maintainedAt: checked.maintainedAt,
    rowsDone: log?.rowsDone ?? null,
    rowsEstimated: log?.rowsEstimated ?? null,
    ready: log?.ready ?? null,
    lastBatchAt: log?.lastBatchAt ?? null,
    runnerAlive: log?.runnerAlive ?? null,
    oldTableBytes: old?.bytes ?? null,
  };
}

/**
 * Looks at what belongs to no table: everything in `installationChecks`. Reads catalogs, pg_cron's jobs and pg_partman's
 * configuration; writes nothing and locks nothing.
 */
export async function readInstallationHealth(executor: Executor): Promise<Finding[]> {
  const checks = installationChecks as readonly Check<FindingCode, Columns, null>[];
  return runChecks(executor, checks, makeReadings(executor, null));
}

/** Neither an error nor a warning: what is only worth knowing does no harm. */
export function isHealthy(findings: readonly Finding[]): boolean {
  return findings.every(({ severity }) => severity === "info");
}
