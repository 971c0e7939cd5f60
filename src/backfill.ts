import { DatabaseError } from "./database-error.ts";
import { InvalidOptionError, SingleConnectionError, UnknownModelError } from "./errors.ts";
import type { Executor } from "./executor.ts";
import type { Table } from "./find-table.ts";
import { type Progress, readProgress } from "./progress/progress.ts";
import { isConnectionLoss, isTransient, maxRetries, pause, retryDelay } from "./retry.ts";
import { recordError, runStep } from "./run-step.ts";
import { makeThrottle, type ThrottleOptions } from "./throttle/throttle.ts";

export interface BackfillOptions extends ThrottleOptions {
  /** Units of work done side by side, each on a connection of its own. Default 1. */
  readonly workers?: number;
  /** Stops after the units in flight; what they did is kept. */
  readonly signal?: AbortSignal;
  /** Called every `pollMs`, and once more at the end. What it throws stops the backfill. */
  readonly onProgress?: (progress: Progress) => void;
  /** Milliseconds between two reports, and the longest a worker sleeps when there is nothing to do. Default 1000. */
  readonly pollMs?: number;
}

export interface BackfillResult {
  /** False if the signal stopped it. Running it again goes on where it stopped. */
  readonly finished: boolean;
  /** Units of work done by this call. */
  readonly units: number;
  /** Rows that this call loaded, and changes that it replayed. */
  readonly rows: bigint;
  /** Units tried again after a transient error. */
  readonly retries: number;
  readonly progress: Progress;
}

/**
 * Runs the backfill until it is complete and the change log is drained, or until the signal stops it. Safe beside
 * other runners (pg_cron, another process): the database hands out the work.
 *
 * ```sql
 * SELECT … FROM prisma_partition.run_step($1)      -- again and again, each its own transaction, READ COMMITTED
 * SELECT prisma_partition.record_error($1, $2)     -- when one failed for good
 * SELECT pg_logical_emit_message(true, 'prisma_partition', '')  -- with maxWriteLatency
 * ```
 * Serialization failures, deadlocks, lock timeouts and lost connections are tried again, up to {@link maxRetries} times
 * in a row; any other error is recorded, ends the other workers after their unit, and is thrown. Throws
 * SINGLE_CONNECTION if one connection is to run several workers, INVALID_OPTION, REPLICA_LAG_UNKNOWN.
 */
export async function backfillTable(
  executor: Executor,
  table: Table,
  options: BackfillOptions = {},
): Promise<BackfillResult> {
  const workers = options.workers ?? 1;
  const pollMs = options.pollMs ?? 1000;
  if (!Number.isSafeInteger(workers) || workers < 1) {
    throw new InvalidOptionError("workers", "a whole number from 1", workers);
  }
  if (!(pollMs > 0)) throw new InvalidOptionError("pollMs", "a number of milliseconds above 0", pollMs);
  for (const option of ["maxRowsPerSecond", "maxReplicaLag", "maxWriteLatency"] as const) {
    const value = options[option];
    if (value !== undefined && !(value > 0)) throw new InvalidOptionError(option, "a number above 0", value);
  }
  if (workers > 1 && !executor.pooled) throw new SingleConnectionError(workers);
  if (options.maxWriteLatency !== undefined && executor.transaction) {
    const expected = "left out inside a transaction, where no write commits";
    throw new InvalidOptionError("maxWriteLatency", expected, options.maxWriteLatency);
  }

  const failed = new AbortController();
  const stop = options.signal === undefined ? failed.signal : AbortSignal.any([options.signal, failed.signal]);
  const read = () => readTable(executor, table);
  const report = makeReporter(read, options.onProgress, pollMs);
  const throttle = makeThrottle(options);
  const total = { units: 0, rows: 0n, retries: 0 };

  const bell = makeBell();
  const work = async (): Promise<boolean> => {
    let waited = 0;
    for (;;) {
      await throttle.wait(executor, stop);
      if (stop.aborted) return false;
      const rung = bell.signal;
      const unit = await runWithRetries(executor, table, stop, () => total.retries++);
      if (unit === null) return false;
      // What another one waits for may have been this unit.
      if (unit.state !== "waiting") bell.ring();
      // Other steps count rows too, but the same ones again.
      if (unit.step === "load" || unit.step === "drain") {
        total.rows += unit.rows;
        throttle.moved(unit.rows);
      }
      // The last unit of a drain moves rows and is idle at once.
      if (unit.state === "worked" || unit.rows > 0n) total.units += 1;
      if (unit.state === "idle") return true;
      // One connection cannot read the progress while it works, so it does so in between.
      if (!executor.pooled) await report.ifDue();
      waited = unit.state === "waiting" ? Math.min(pollMs, Math.max(50, waited * 2)) : 0;
      if (waited > 0) await pause(waited * (0.5 + Math.random() / 2), AbortSignal.any([stop, rung]));
    }
  };

  const done = new AbortController();
  const over = AbortSignal.any([stop, done.signal]);
  const beside = [executor.pooled ? report.until(over) : Promise.resolve(), throttle.watch(executor, over)];
  const tasks = Array.from({ length: workers }, () => work());
  // The first failure stops the rest; every unit in flight ends before it is thrown.
  const settled = Promise.allSettled(tasks.map((task) => rethrowAfter(task, () => failed.abort())));
  const reported = await Promise.allSettled([
    settled.finally(() => done.abort()),
    ...beside.map((task) => rethrowAfter(task, () => failed.abort())),
  ]);
  const outcomes = await settled;
  for (const outcome of [...outcomes, ...reported]) if (outcome.status === "rejected") throw outcome.reason;

  const progress = await read();
  options.onProgress?.(progress);
  const finished = outcomes.every((outcome) => outcome.status === "fulfilled" && outcome.value);
  return { finished, ...total, progress };
}

/** One unit, tried again after transient errors. Null if the signal came while waiting to try again. */
async function runWithRetries(executor: Executor, table: Table, stop: AbortSignal, onRetry: () => void) {
  let first: unknown;
  for (let attempt = 1; ; attempt++) {
    try {
      return await runStep(executor, table.id);
    } catch (error) {
      // 25P02: the connection was inside a transaction, which the first error ended. That error is the one to show.
      const aborted = error instanceof DatabaseError && error.sqlstate === "25P02";
      const shown = aborted && first !== undefined ? first : error;
      first ??= error;
      const recoverable = !executor.transaction && (executor.pooled || !isConnectionLoss(error));
      if (!recoverable || !isTransient(error) || attempt > maxRetries) {
        await recordError(executor, table.id, shown);
        throw shown;
      }
      onRetry();
      await pause(retryDelay(attempt), stop);
      if (stop.aborted) return null;
    }
  }
}

async function readTable(executor: Executor, table: Table): Promise<Progress> {
  const progress = await readProgress(executor, table.id);
  if (progress === null) throw new UnknownModelError(table.model, [], null);
  return progress;
}

function makeReporter(read: () => Promise<Progress>, onProgress: BackfillOptions["onProgress"], pollMs: number) {
  let reportedAt = Number.NEGATIVE_INFINITY;
  const report = async () => {
    reportedAt = performance.now();
    let progress: Progress;
    try {
      progress = await read();
    } catch (error) {
      // The workers decide whether the database is gone for good.
      if (isTransient(error)) return;
      throw error;
    }
    onProgress?.(progress);
  };
  return {
    async ifDue() {
      if (onProgress !== undefined && performance.now() - reportedAt >= pollMs) await report();
    },
    async until(signal: AbortSignal) {
      while (onProgress !== undefined && !signal.aborted) {
        await report();
        await pause(pollMs, signal);
      }
    },
  };
}

/** Wakes the workers of this call that wait for each other. */
function makeBell() {
  let next = new AbortController();
  return {
    get signal() {
      return next.signal;
    },
    ring() {
      const rung = next;
      next = new AbortController();
      rung.abort();
    },
  };
}

async function rethrowAfter<T>(task: Promise<T>, act: () => void): Promise<T> {
  try {
    return await task;
  } catch (error) {
    act();
    throw error;
  }
}
