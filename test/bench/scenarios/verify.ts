import { verifyTable } from "../../../src/verification/verify.ts";
import type { Bench, Scenario } from "../bench.ts";
import { inTurn } from "../measure/in-turn.ts";
import { SHADOW, type Subject, TABLE } from "../subject/subject.ts";

const WORKERS = 2;

interface Way {
  readonly name: string;
  readonly sessions: number;
  run(subject: Subject): Promise<void>;
}

/** One process reads the table, or as many as the server gives it. */
const serial = "SET max_parallel_workers_per_gather = 0";
const parallel = "RESET max_parallel_workers_per_gather";
// An index-only scan would read a tenth of the table: verification reads all of it.
const count =
  (mode: string, ...tables: string[]) =>
  async (subject: Subject) => {
    await subject.query(`SET enable_indexonlyscan = off; ${mode}`);
    for (const table of tables) await subject.query(`SELECT count(*) FROM ${table}`);
  };

const WAYS: readonly Way[] = [
  { name: "count(*) of the table", sessions: 1, run: count(serial, TABLE) },
  { name: "count(*) of both tables", sessions: 1, run: count(serial, TABLE, SHADOW) },
  { name: "count(*) of the table", sessions: WORKERS, run: count(parallel, TABLE) },
  { name: "count(*) of both tables", sessions: WORKERS, run: count(parallel, TABLE, SHADOW) },
  { name: "verify", sessions: 1, run: (subject) => verified(subject, 1) },
  { name: "verify", sessions: WORKERS, run: (subject) => verified(subject, WORKERS) },
];

export const verify: Scenario = {
  name: "verify",
  about:
    "The comparison of every row and every property on both sides, beside counting the rows of one side, or of both, by " +
    "reading the whole table. All of it is in memory.",
  async run(bench) {
    for (const partitions of bench.options.partitions.slice(0, 2)) await measure(bench, partitions, WAYS);
  },
};

async function measure({ databases, options, recorder, note }: Bench, partitions: number, compared: readonly Way[]) {
  const subject = await databases.backfilled(options.rows, partitions);
  // Once, not measured: it reads the copy's files into memory.
  await verified(subject, 1);
  recorder.check(`${partitions} partitions: the copy is the table's equal`, await subject.areEqual(TABLE, SHADOW));
  await inTurn(options.rounds, compared, async ({ name, sessions, run }) => {
    const started = performance.now();
    await run(subject);
    const seconds = (performance.now() - started) / 1000;
    recorder.add({ what: name, sessions, partitions }, { seconds });
    note(`${name}, ${sessions} session(s), ${partitions} partitions: ${seconds.toFixed(3)} s`);
  });
  await subject.drop();
}

async function verified(subject: Subject, workers: number): Promise<void> {
  const report = await verifyTable(subject.executor, await subject.table(), { limit: 1, workers });
  if (!report.ok) throw new Error(`verification found differences: ${JSON.stringify(report.differences[0])}`);
}
