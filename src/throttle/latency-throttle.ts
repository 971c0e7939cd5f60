import type { Executor } from "../executor.ts";
import { isTransient, pause } from "../retry.ts";
import { nextPace, unhindered } from "./pace.ts";
import { probeWriteLatency } from "./write-latency.ts";

/** What makes way for writers. */
export interface LatencyThrottle {
  /** Probes beside the work until the signal aborts. A single connection is probed by `wait`, and this returns at once. */
  watch(executor: Executor, stop: AbortSignal): Promise<void>;
  /** Returns when the next unit of work may begin, or when the signal aborts. */
  wait(executor: Executor, stop: AbortSignal): Promise<void>;
}

const probeMs = 200;
const pollMs = 20;

/**
 * Workers pause between units as {@link nextPace} says. Nothing begins before the first probe has answered, nor while one
 * has been waiting for longer than the limit. A lost connection is the units' to deal with, which try again; any other
 * error of a probe is thrown.
 */
export function makeLatencyThrottle(limitMs: number): LatencyThrottle {
  let pace = unhindered;
  let probedAt = Number.NEGATIVE_INFINITY;
  let pending = false;
  let answered = false;

  async function probe(executor: Executor): Promise<void> {
    probedAt = performance.now();
    pending = true;
    try {
      pace = nextPace(pace, await probeWriteLatency(executor), limitMs);
    } catch (error) {
      if (!isTransient(error)) throw error;
    } finally {
      pending = false;
    }
    answered = true;
  }

  const hangs = () => !answered || (pending && performance.now() - probedAt > limitMs);

  return {
    async watch(executor, stop) {
      if (!executor.pooled) return;
      const failures: unknown[] = [];
      while (!stop.aborted) {
        // Not awaited: one that hangs must not outlast the signal.
        if (!pending) probe(executor).catch((error) => failures.push(error));
        await pause(probeMs, stop);
        if (failures.length > 0) throw failures[0];
      }
    },
    async wait(executor, stop) {
      const from = performance.now();
      while (!stop.aborted) {
        // What else is on one connection would stand behind the probe anyway.
        if (!executor.pooled && performance.now() - probedAt >= probeMs) await probe(executor);
        if (!hangs() && performance.now() - from >= pace.pauseMs) return;
        await pause(pollMs, stop);
      }
    },
  };
}
