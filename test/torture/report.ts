import { judge } from "./judge.ts";
import type { Round } from "./round.ts";
import type { Isolation, Statistics } from "./statistics.ts";

export interface Summary {
  readonly server: string;
  readonly rounds: number;
  readonly transactions: Record<Isolation, number>;
  readonly statements: number;
  /** By isolation level and SQLSTATE. */
  readonly aborts: Record<string, number>;
  readonly abortsWithoutConversion: Record<string, number>;
  /** Transitions, maintenance and runners that were tried again. */
  readonly refused: Record<string, number>;
  /** Reads by snapshots older than a swap, which the documentation excepts. By isolation level. */
  readonly oldReads: Record<string, number>;
  readonly longestStallMs: number;
  readonly longestStallWithoutConversionMs: number;
  readonly differences: {
    readonly seed: number;
    readonly kind: string;
    readonly phase: string;
    readonly text: string;
  }[];
}

function sum(maps: Iterable<readonly [string, number]>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const map of maps) for (const [key, count] of map) total[key] = (total[key] ?? 0) + count;
  return total;
}

function counts(map: Statistics["aborts"]): [string, number][] {
  return [...map].map(([key, { count }]) => [key, count]);
}

function longest(statistics: Statistics): number {
  return Math.max(...statistics.phases.map(({ longestMs }) => Math.round(longestMs)));
}

export function summarize(server: string, rounds: readonly Round[]): Summary {
  const conversions = rounds.map(({ conversion }) => conversion);
  const controls = rounds.map(({ control }) => control);
  const transactions = { "READ COMMITTED": 0, "REPEATABLE READ": 0, SERIALIZABLE: 0 };
  for (const one of conversions) {
    for (const isolation of Object.keys(transactions) as Isolation[])
      transactions[isolation] += one.transactions[isolation];
  }
  return {
    server,
    rounds: rounds.length,
    transactions,
    statements: conversions.reduce((total, { statements }) => total + statements, 0),
    aborts: sum(conversions.map(({ aborts }) => counts(aborts))),
    abortsWithoutConversion: sum(controls.map(({ aborts }) => counts(aborts))),
    refused: sum(conversions.map(({ refused }) => counts(refused))),
    oldReads: sum(conversions.map(({ oldReads }) => counts(oldReads))),
    longestStallMs: Math.max(0, ...conversions.map(longest)),
    longestStallWithoutConversionMs: Math.max(0, ...controls.map(longest)),
    differences: judge(rounds).findings,
  };
}

/** One line: what came of a server's rounds. */
export function summaryLine(one: Summary): string {
  const list = (record: Record<string, number>) =>
    Object.entries(record)
      .map(([key, count]) => `${key} ×${count}`)
      .join(", ") || "none";
  return [
    `${one.server}: ${one.rounds} rounds`,
    `transactions ${list(one.transactions)}`,
    `${one.statements} statements`,
    `aborts ${list(one.aborts)}`,
    `without conversion ${list(one.abortsWithoutConversion)}`,
    `tried again ${list(one.refused)}`,
    `reads by snapshots older than a swap ${list(one.oldReads)}`,
    `longest stall ${one.longestStallMs} ms (without conversion ${one.longestStallWithoutConversionMs} ms)`,
    `differences ${one.differences.length}`,
  ].join("; ");
}

/** Phase by phase: transactions per second and the longest statement. */
export function phaseLines({ conversion, control }: Round): string[] {
  const line = (name: string, { milliseconds, transactions, longestMs, longest }: Statistics["phases"][number]) =>
    `  ${name.padEnd(18)} ${(milliseconds / 1000).toFixed(1).padStart(5)} s  ${String(Math.round((transactions * 1000) / Math.max(1, milliseconds))).padStart(5)} tx/s  longest ${longestMs.toFixed(0).padStart(5)} ms  ${longest}`;
  return [
    ...conversion.phases.map((phase) => line(phase.name, phase)),
    ...control.phases.map((phase) => line("no conversion", phase)),
  ];
}
