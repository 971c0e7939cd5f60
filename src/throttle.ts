import type { Executor } from "./executor.ts";
import { readReplicaLag } from "./replica-lag.ts";
import { isTransient, pause } from "./retry.ts";

export interface ThrottleOptions {
  /** Rows loaded or replayed per second at most, all workers of this call together. A unit of work is done in one go. */
  readonly maxRowsPerSecond?: number;
  /** Seconds that the slowest streaming replica may be behind: work waits for as long as it is more. */
  readonly maxReplicaLag?: number;
}

/** What keeps a backfill from working as fast as it can. */
export interface Throttle {
  /** Returns when the next unit of work may begin, or when the signal aborts. */
  wait(executor: Executor, stop: AbortSignal): Promise<void>;
  /** Tells of rows that were moved. */
  moved(rows: bigint): void;
}

const lagPollMs = 500;

/**
 * The rate is kept on average: after a unit of n rows the next one waits until n / rate seconds have passed since that one
 * could begin, and time in which nothing was moved is not saved up for later.
 */
export function makeThrottle({ maxRowsPerSecond, maxReplicaLag }: ThrottleOptions): Throttle {
  let freeAt = performance.now();
  const lag = readReplicaLag();
  return {
    async wait(executor, stop) {
      const delay = freeAt - performance.now();
      if (delay > 0) await pause(delay, stop);
      if (maxReplicaLag === undefined) return;
      try {
        while (!stop.aborted && (await lag(executor)) > maxReplicaLag) await pause(lagPollMs, stop);
      } catch (error) {
        // A lost connection is the unit of work's to deal with, which tries again.
        if (!isTransient(error)) throw error;
      }
    },
    moved(rows) {
      if (maxRowsPerSecond === undefined) return;
      freeAt = Math.max(freeAt, performance.now()) + (Number(rows) / maxRowsPerSecond) * 1000;
    },
  };
}
