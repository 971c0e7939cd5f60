import type pg from "pg";
import { quantile } from "./spread.ts";

export interface Loop {
  readonly statementsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

interface Answers {
  /** Milliseconds from asking to having the answer in this process. */
  readonly latencies: number[];
  readonly seconds: number;
}

type Statement = (client: pg.Client, turn: number) => Promise<unknown>;

/** Runs a statement again and again from each client, the next one when the last has answered, for some seconds. */
export async function closedLoop(clients: readonly pg.Client[], seconds: number, statement: Statement): Promise<Loop> {
  return summarize([await loop(clients, seconds, statement)]);
}

/** Something that a statement is run on. */
export interface Loopable {
  readonly clients: readonly pg.Client[];
}

/**
 * Closed loops on several things, in turn. The seconds of a round are cut into slices, and each slice of one thing stands
 * beside one of every other: other work on the machine, a checkpoint or a vacuum, then falls on all of them.
 */
export async function loopsInTurn<T extends Loopable>(
  { rounds, seconds, slices }: { rounds: number; seconds: number; slices: number },
  things: readonly T[],
  statement: (thing: T, client: pg.Client, turn: number) => Promise<unknown>,
  report: (thing: T, loop: Loop) => void,
): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const answers = new Map<T, Answers[]>(things.map((thing) => [thing, []]));
    for (let slice = 0; slice < slices; slice++) {
      for (let turn = 0; turn < things.length; turn++) {
        const thing = things[(round + slice + turn) % things.length] as T;
        const run: Statement = (client, nth) => statement(thing, client, nth);
        answers.get(thing)?.push(await loop(thing.clients, seconds / slices, run));
      }
    }
    for (const [thing, all] of answers) report(thing, summarize(all));
  }
}

async function loop(clients: readonly pg.Client[], seconds: number, statement: Statement): Promise<Answers> {
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
  return { latencies: each.flat(), seconds: (performance.now() - started) / 1000 };
}

function summarize(all: readonly Answers[]): Loop {
  const sorted = all.flatMap(({ latencies }) => latencies).sort((a, b) => a - b);
  return {
    statementsPerSecond: sorted.length / all.reduce((sum, { seconds }) => sum + seconds, 0),
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
    maxMs: quantile(sorted, 1),
  };
}
