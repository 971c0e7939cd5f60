import type pg from "pg";
import { quantile } from "./spread.ts";

export interface Loop {
  readonly statementsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/**
 * Runs a statement again and again from each client, the next one when the last has answered, for some seconds.
 * Latencies are from asking to having the answer in this process.
 */
export async function closedLoop(
  clients: readonly pg.Client[],
  seconds: number,
  statement: (client: pg.Client, turn: number) => Promise<unknown>,
): Promise<Loop> {
  const started = performance.now();
  const until = started + seconds * 1000;
  const each = await Promise.all(
    clients.map(async (client) => {
      const latencies: number[] = [];
      for (let at = performance.now(), turn = 0; at < until; turn++) {
        await statement(client, turn);
        const now = performance.now();
        latencies.push(now - at);
        at = now;
      }
      return latencies;
    }),
  );
  const took = (performance.now() - started) / 1000;
  const sorted = each.flat().sort((a, b) => a - b);
  return {
    statementsPerSecond: sorted.length / took,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    maxMs: quantile(sorted, 1),
  };
}
