import type { Row } from "../columns.ts";
import type { Executor } from "../executor.ts";
import { select } from "../select.ts";
import { type LogTrend, logAdvice, logEtaSeconds, logTrend } from "./log-trend.ts";
import { type Runner, runnerOf } from "./runner.ts";

/** The steps of a backfill, in order. `load` copies, `settle` and `drain` follow the change log, `index` builds. */
export type Step = "load" | "settle" | "index" | "drain" | "validate";

/** Where a table stands. Counts are bigint, instants are Date (UTC), rates are per second. */
export interface Progress {
  readonly model: string;
  readonly schema: string;
  readonly table: string;
  readonly stage: "setup" | "cutover" | "cleanup";
  readonly step: Step;
  readonly rowsDone: bigint;
  /** The planner's estimate when the backfill began, not a count. */
  readonly rowsEstimated: bigint;
  /** Units of work of the current step. */
  readonly batchesDone: bigint;
  readonly batchesTotal: bigint;
  /** Changes captured and not yet applied. */
  readonly logEntries: bigint;
  /** What the log does, and whether that is well; see {@link LogTrend}. */
  readonly logTrend: LogTrend;
  /** Over the last five minutes; null where nobody drained twice in that time. */
  readonly logAppendedPerSecond: number | null;
  readonly logReplayedPerSecond: number | null;
  /** What to do about the log, if anything. */
  readonly advice: string | null;
  /** Over the last minute, all workers together; null if nothing moved. */
  readonly rowsPerSecond: number | null;
  /** How much of the current step is done, 0 to 1; 1 once `ready` or finished; null if the step cannot be measured. */
  readonly fraction: number | null;
  /** Seconds the current step still takes at this rate; null if that cannot be said. */
  readonly etaSeconds: number | null;
  readonly lastBatchAt: Date | null;
  readonly lastError: string | null;
  readonly lastErrorAt: Date | null;
  /** A unit of work is being done at this moment. Between two of them it is not. */
  readonly runnerAlive: boolean;
  /** Who does the work, between two units too; see {@link Runner}. */
  readonly runner: Runner;
  /** The backfill is complete: cutover may be asked for. */
  readonly ready: boolean;
  readonly partitions: number;
  /** Rows in the default partition, where no other partition fits. */
  readonly defaultRows: bigint;
  /** The last swap: of the cutover, or of the rollback that followed it. */
  readonly swappedAt: Date | null;
  /** Milliseconds from its lock request to its end. */
  readonly swapLockMs: number | null;
}

const columns = {
  model: "text",
  schemaName: "text",
  tableName: "text",
  stage: "text",
  step: "text",
  rowsDone: "bigint?",
  rowsEstimated: "bigint?",
  batchesDone: "bigint?",
  batchesTotal: "bigint?",
  logEntries: "bigint?",
  logAppendedPerSecond: "float?",
  logReplayedPerSecond: "float?",
  rowsPerSecond: "float?",
  lastBatchAt: "instant?",
  lastError: "text?",
  lastErrorAt: "instant?",
  runnerAlive: "boolean?",
  runner: "text",
  ready: "boolean?",
  partitions: "integer?",
  defaultRows: "bigint?",
  swappedAt: "instant?",
  swapLockMs: "float?",
} as const;

/** The view, and who does the work. */
const progress = `FROM (SELECT p.*, ${runnerOf} AS runner
  FROM prisma_partition.progress p JOIN prisma_partition.tables t ON t.id = p.table_id) AS progress`;

/** `SELECT … FROM prisma_partition.progress WHERE table_id = $1`. Null if the table is not set up any more. */
export async function readProgress(executor: Executor, tableId: number): Promise<Progress | null> {
  const rows = await select(executor, columns, `${progress} WHERE table_id = $1::integer`, [tableId]);
  return rows[0] === undefined ? null : toProgress(rows[0]);
}

/** `SELECT … FROM prisma_partition.progress`, every table that is set up, in name order. */
export async function readAllProgress(executor: Executor): Promise<Progress[]> {
  const rows = await select(executor, columns, `${progress} ORDER BY model, schema_name, table_name`);
  return rows.map(toProgress);
}

function toProgress(row: Row<typeof columns>): Progress {
  const counts = {
    step: row.step as Step,
    rowsDone: row.rowsDone ?? 0n,
    rowsEstimated: row.rowsEstimated ?? 0n,
    batchesDone: row.batchesDone ?? 0n,
    batchesTotal: row.batchesTotal ?? 0n,
    logEntries: row.logEntries ?? 0n,
    logAppendedPerSecond: row.logAppendedPerSecond,
    logReplayedPerSecond: row.logReplayedPerSecond,
    rowsPerSecond: row.rowsPerSecond,
    ready: row.ready ?? false,
  };
  const trend = logTrend(counts);
  return {
    model: row.model,
    schema: row.schemaName,
    table: row.tableName,
    stage: row.stage as Progress["stage"],
    ...counts,
    logTrend: trend,
    advice: logAdvice({ ...counts, trend, model: row.model }),
    fraction: isFinished({ stage: row.stage, step: row.step }) ? 1 : fractionDone(counts),
    etaSeconds: etaSeconds(counts),
    lastBatchAt: row.lastBatchAt,
    lastError: row.lastError,
    lastErrorAt: row.lastErrorAt,
    runnerAlive: row.runnerAlive ?? false,
    runner: row.runner as Runner,
    partitions: row.partitions ?? 0,
    defaultRows: row.defaultRows ?? 0n,
    swappedAt: row.swappedAt,
    swapLockMs: row.swapLockMs,
  };
}

/** The old table is gone, and nothing is left to copy, replay or validate. */
export function isFinished({ stage, step }: { readonly stage: string; readonly step: string }): boolean {
  return stage === "cleanup" && step !== "validate";
}

type Counts = Pick<
  Progress,
  | "step"
  | "rowsDone"
  | "rowsEstimated"
  | "batchesDone"
  | "batchesTotal"
  | "logEntries"
  | "logAppendedPerSecond"
  | "logReplayedPerSecond"
  | "rowsPerSecond"
  | "ready"
>;

/** Batches are exact where they are cut beforehand (load, index); the estimate of rows may be far off. */
export function fractionDone(counts: Counts): number | null {
  if (counts.ready) return 1;
  if (counts.step !== "load" && counts.step !== "index") return null;
  if (counts.batchesTotal > 0n) return ratio(counts.batchesDone, counts.batchesTotal);
  return counts.step === "load" && counts.rowsEstimated > 0n ? ratio(counts.rowsDone, counts.rowsEstimated) : null;
}

/** Only `load` and `drain` move rows at a steady rate; what an index build takes cannot be foretold. */
export function etaSeconds(counts: Counts): number | null {
  if (counts.step === "drain") return logEtaSeconds(counts);
  if (counts.rowsPerSecond === null || counts.rowsPerSecond <= 0) return null;
  const fraction = fractionDone(counts);
  if (counts.step !== "load" || fraction === null) return null;
  return (Number(counts.rowsEstimated) * (1 - fraction)) / counts.rowsPerSecond;
}

function ratio(part: bigint, whole: bigint): number {
  return Math.min(1, Number(part) / Number(whole));
}
