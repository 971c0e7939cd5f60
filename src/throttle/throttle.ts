import type { Executor } from "../executor.ts";
import { isTransient, pause } from "../retry.ts";
import { makeLatencyThrottle } from "./latency-throttle.ts";
import { readReplicaLag } from "./replica-lag.ts";

export interface ThrottleOptions {
  /** Rows loaded or replayed per second at most, all workers of this call together. A unit of work is done in one go. */
  readonly maxRowsPerSecond?: number;
  /** Seconds that the slowest streaming replica may be behind: work waits for as long as it is more. */
  readonly maxReplicaLag?: number;
  /**
   * Milliseconds that a small write, with its commit, may take: while it takes more, workers pause between units, up to 5
   * seconds, and begin none while it has no answer. Probed five times a second, on a connection besides the workers' (a
   * single one is probed between units), the way there and back included. Locks of the table are not seen. Refused
   * inside a transaction, where nothing commits.
   */
  readonly maxWriteLatency?: number;
}

/** What keeps a backfill from working as fast as it can. */
export interface Throttle {
  /** Measures beside the work until the signal aborts, or returns at once where nothing is to be. */
  watch(executor: Executor, stop: AbortSignal): Promise<void>;
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
export function makeThrottle({ maxRowsPerSecond, maxReplicaLag, maxWriteLatency }: ThrottleOptions): Throttle {
  let freeAt = performance.now();
  const lag = readReplicaLag();
  const latency = maxWriteLatency === undefined ? undefined : makeLatencyThrottle(maxWriteLatency);
  const replicas = async (executor: Executor, limit: number, stop: AbortSignal) => {
    try {
      while (!stop.aborted && (await lag(executor)) > limit) await pause(lagPollMs, stop);
    } catch (error) {
      // A lost connection is the unit of work's to deal with, which tries again.
      if (!isTransient(error)) throw error;
    }
  };
  return {
    watch: async (executor, stop) => latency?.watch(executor, stop),
    async wait(executor, stop) {
      const delay = freeAt - performance.now();
      if (delay > 0) await pause(delay, stop);
      if (maxReplicaLag !== undefined) await replicas(executor, maxReplicaLag, stop);
      await latency?.wait(executor, stop);
    },
    moved(rows) {
      if (maxRowsPerSecond === undefined) return;
      freeAt = Math.max(freeAt, performance.now()) + (Number(rows) / maxRowsPerSecond) * 1000;
    },
  };
}
