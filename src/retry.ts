import { setTimeout } from "node:timers/promises";
import { ConnectionError, DatabaseError } from "./database-error.ts";

/** Consecutive failures of one unit of work that are tried again; with the delays below that is about half a minute. */
export const maxRetries = 10;

/**
 * Serialization failure, deadlock, lock timeout; and a server that is shutting down, starting up or full. Running the
 * same unit again may succeed: it was rolled back as a whole.
 */
const transientStates = new Set(["40001", "40P01", "55P03", "57P01", "57P02", "57P03", "53300"]);

export function isTransient(error: unknown): boolean {
  return isConnectionLoss(error) || (error instanceof DatabaseError && transientStates.has(error.sqlstate));
}

/** The connection is gone: only a pool can go on. */
export function isConnectionLoss(error: unknown): boolean {
  if (error instanceof ConnectionError) return true;
  return error instanceof DatabaseError && /^(08|57P0[123])/.test(error.sqlstate);
}

/** Milliseconds before retry `attempt` (from 1): 0.1 s, doubling to 5 s, with jitter so that workers part ways. */
export function retryDelay(attempt: number): number {
  return Math.min(5000, 100 * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
}

/** Sleeps, or returns early when the signal aborts. Never throws. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, undefined, { signal }).catch(() => undefined);
}
