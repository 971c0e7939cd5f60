/** What the package promises itself. Each is computed from the results, and none is changed to be met. */
import { PACED_WRITES } from "./load/paced.ts";
import { find, ratio } from "./measure/find.ts";
import type { Metric } from "./measure/metrics.ts";
import type { Labels, Measurement } from "./measure/recorder.ts";
import type { Result } from "./results.ts";
import { byHand } from "./rivals/by-hand.ts";
import type { Contender } from "./rivals/contender.ts";
import { insertSelect } from "./rivals/insert-select.ts";
import { keysetFill } from "./rivals/keyset-fill.ts";
import { ours } from "./rivals/ours.ts";
import { BULK, SINGLE_ROWS } from "./scenarios/writers.ts";

export interface Goal {
  readonly scenario: string;
  readonly name: string;
  readonly unit: string;
  readonly at: "most" | "least";
  readonly limit: number;
  /** The number of rows for which it is set; undefined: for any. */
  readonly rows?: number;
  /** Undefined if the result lacks what it is computed from. */
  value(result: Result): number | undefined;
}

/** Why a goal was not met, and what shows it, by its name: said beneath the goals where one is not. */
const REASONS: Readonly<Record<string, string>> = {
  [`backfill, 2 workers, by INSERT … SELECT, both under ${PACED_WRITES} writes/s`]:
    "two workers and the writers share two cores, and every write is captured and replayed besides. INSERT … SELECT keeps " +
    "one core busy, leaves the other to the writers and follows none of their writes (it takes no longer beside them); the " +
    "procedure that does follow them, a mirroring trigger and batches, takes four times as long as ours.",
  "single rows during conversion by no trigger":
    "with one client and nothing else on the machine (pgbench, prepared statements) an insert takes 145 µs with capture and " +
    "139 without, an update 222 and 203: 0.96 and 0.91. It is not the query: without its comparison of old and new pairs, " +
    "without its look at whether a drain is writing, and without both an update takes the same (35 rounds in turn: medians " +
    "of 238 to 240 µs, 204 without triggers), so what is left is the trigger, its transition table and the entry.",
  "drain of updates and appends, 100 partitions":
    "of 510 ms for 10,000 entries (EXPLAIN ANALYZE, 500,000 rows) 424 are the upsert itself, which enters a row into ten " +
    "indexes wherever it is inserted or its e-mail changes; taking entries off the log is 43, looking for pairs that are " +
    "gone 40. There 20 to 24 thousand entries/s are reached; with 2 million rows, just copied file by file, most of the " +
    "pages that a batch touches are read for the first time.",
};

/** The reasons for those that were not met. */
export function reasons(found: readonly Outcome[]): string[] {
  return found.flatMap(({ name, met }) => {
    const known = Object.keys(REASONS).find((goal) => name.startsWith(goal));
    return met || known === undefined ? [] : [`${known}: ${REASONS[known]}`];
  });
}

/** How a goal came out. */
export interface Outcome {
  readonly name: string;
  readonly unit: string;
  /** Null if it was not measured. */
  readonly value: number | null;
  /** `≥ 3.5` */
  readonly goal: string;
  readonly met: boolean;
}

const ROWS = 2_000_000;
const TWO = ours(2);

function backfilled(result: Result, contender: Contender, metric: Metric, load = 0): Measurement | undefined {
  return find(result, metric, { what: contender.name, sessions: contender.workers, load });
}

/** How many times as fast as a rival the backfill with two workers is, or another metric of it by the rival's. */
function against(rival: Contender, metric: Metric = "rowsPerSecond", load = 0): Goal["value"] {
  return (result) => ratio(backfilled(result, TWO, metric, load), backfilled(result, rival, metric, load));
}

/** The slowest of the statements during conversion, by the same with no trigger. */
function writing(statements: readonly string[]): Goal["value"] {
  return (result) =>
    worst(Math.min, statements, (statement) => {
      const rate = (what: string) => find(result, "statementsPerSecond", { statement, what });
      return ratio(rate("during conversion"), rate("no trigger"));
    });
}

function median(metric: Metric, labels: Labels): Goal["value"] {
  return (result) => find(result, metric, labels)?.median;
}

/** Undefined if any of them is. */
function worst<T>(
  of: (...values: number[]) => number,
  things: readonly T[],
  value: (thing: T) => number | undefined,
): number | undefined {
  const values = things.map(value);
  return values.length === 0 || values.includes(undefined) ? undefined : of(...(values as number[]));
}

/** All measurements of a metric, whatever their labels: the largest median. */
function largest(metric: Metric): Goal["value"] {
  return (result) => {
    const all = result.measurements.filter((measurement) => measurement.metric === metric);
    return worst(Math.max, all, (measurement) => measurement.median);
  };
}

function verifying(result: Result): number | undefined {
  const time = (what: string, sessions: number) => find(result, "seconds", { what, sessions, partitions: 28 });
  return ratio(time("verify", 2), time("count(*) of the table", 1));
}

/** Of the slower of writing all migrations and of finding nothing to write. */
function generating(result: Result): number | undefined {
  const time = (run: string) => find(result, "seconds", { run, models: 500 });
  return worst(Math.max, ["first", "again"], (run) => {
    const [with_, without] = [time(run), time("without our generator")];
    return with_ && without && with_.median - without.median;
  });
}

const goal = (
  scenario: string,
  name: string,
  unit: string,
  at: Goal["at"],
  limit: number,
  value: Goal["value"],
  rows?: number,
): Goal => ({ scenario, name, unit, at, limit, value, ...(rows ? { rows } : {}) });

export const GOALS: readonly Goal[] = [
  goal("backfill", "backfill, 2 workers, by INSERT … SELECT", "×", "least", 3.5, against(insertSelect), ROWS),
  goal("backfill", "backfill, 2 workers, by keyset batches", "×", "least", 3, against(keysetFill), ROWS),
  goal("backfill", "backfill, 2 workers, by bare load and indexes", "×", "least", 0.9, against(byHand), ROWS),
  goal(
    "backfill",
    "WAL of the backfill by that of INSERT … SELECT",
    "×",
    "most",
    0.5,
    against(insertSelect, "walBytes"),
    ROWS,
  ),
  goal(
    "backfill",
    `backfill, 2 workers, by INSERT … SELECT, both under ${PACED_WRITES} writes/s`,
    "×",
    "least",
    2.5,
    against(insertSelect, "rowsPerSecond", PACED_WRITES),
    ROWS,
  ),
  goal("scale", "exponent of the backfill's time over rows, the largest", "", "most", 1.05, largest("exponent"), ROWS),
  goal("writers", "single rows during conversion by no trigger", "×", "least", 0.9, writing(SINGLE_ROWS)),
  goal("writers", "bulk statements during conversion by no trigger", "×", "least", 0.85, writing(BULK)),
  goal(
    "drain",
    "drain of updates and appends, 100 partitions",
    "entries/s",
    "least",
    20_000,
    median("entriesPerSecond", { changes: "updates and appends", partitions: 100 }),
  ),
  goal(
    "drain",
    "drain of mixed changes, 100 partitions",
    "entries/s",
    "least",
    10_000,
    median("entriesPerSecond", { changes: "mixed", partitions: 100 }),
  ),
  goal(
    "drain",
    "backlog beside a saturating writer, the fastest growth",
    "entries/s",
    "most",
    0,
    largest("backlogSlope"),
  ),
  goal("verify", "verify, 2 workers, by count(*) of the table", "×", "most", 30, verifying),
  goal(
    "cutover",
    "lock of the cutover, 28 partitions",
    "ms",
    "most",
    10,
    median("lockMs", { partitions: 28, readers: "none" }),
  ),
  goal(
    "cutover",
    "lock of the cutover, 100 partitions",
    "ms",
    "most",
    15,
    median("lockMs", { partitions: 100, readers: "none" }),
  ),
  goal(
    "cutover",
    "longest writer stall, 28 partitions, with long readers",
    "ms",
    "most",
    60,
    median("longestStallMs", { partitions: 28, readers: "long" }),
  ),
  goal(
    "cutover",
    "longest writer stall, 100 partitions, with long readers",
    "ms",
    "most",
    60,
    median("longestStallMs", { partitions: 100, readers: "long" }),
  ),
  goal("generate", "prisma generate, 500 models, added", "s", "most", 1, generating),
];

/** The goals of the scenarios that were run. */
export function outcomes(results: readonly Result[]): Outcome[] {
  return GOALS.flatMap((goal) => {
    const result = results.find(({ scenario }) => scenario === goal.scenario);
    return result ? [outcome(goal, result)] : [];
  });
}

function outcome({ name, unit, at, limit, rows, value: compute }: Goal, result: Result): Outcome {
  const value = compute(result) ?? null;
  const met = value !== null && (at === "most" ? value <= limit : value >= limit);
  const size =
    rows === undefined || rows === result.options.rows
      ? ""
      : ` (set for ${shown(rows)} rows, this is ${shown(result.options.rows)})`;
  return { name: name + size, unit, value, goal: `${at === "most" ? "≤" : "≥"} ${shown(limit)}`, met };
}

const shown = (value: number) => value.toLocaleString("en");
