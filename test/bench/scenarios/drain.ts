import { setTimeout as sleep } from "node:timers/promises";
import type { Bench, Scenario } from "../bench.ts";
import { KINDS_OF_CHANGES, makeChanges } from "../load/changes.ts";
import { statementsFor } from "../load/statements.ts";
import { closedLoop } from "../measure/closed-loop.ts";
import { slope } from "../measure/fit.ts";
import { inTurn } from "../measure/in-turn.ts";
import { SHADOW, type Subject, TABLE } from "../subject/subject.ts";

/** Fewer entries than a batch are what every drain leaves to the next one. */
const BATCH = 10_000;
const SATURATING_CLIENTS = 2;

export const drain: Scenario = {
  name: "drain",
  about:
    "One session replays the change log onto the partitioned copy with its ten indexes. Then two clients write single " +
    "rows (updates and appends) as fast as they can: first alone, then while the log is drained; a backlog that " +
    "shrinks, until less than a batch is left, means that the drain converges.",
  async run(bench) {
    const { databases, options } = bench;
    const subjects = new Map<number, Subject>();
    for (const partitions of options.partitions) {
      subjects.set(partitions, await databases.backfilled(options.rows, partitions));
    }
    for (const kind of KINDS_OF_CHANGES) {
      await inTurn(options.rounds, [...subjects], async ([partitions, subject]) => {
        await makeChanges(subject, kind, options.changes);
        const entries = await backlog(subject);
        const started = performance.now();
        await subject.backfill(1);
        const seconds = (performance.now() - started) / 1000;
        bench.recorder.add({ changes: kind, partitions }, { entries, seconds, entriesPerSecond: entries / seconds });
        bench.note(`${kind}, ${partitions} partitions: ${(entries / seconds).toFixed(0)} entries/s`);
      });
    }
    await inTurn(options.rounds, [...subjects], ([partitions, subject]) => converge(bench, partitions, subject));
    for (const [partitions, subject] of subjects) {
      await subject.backfill(1);
      bench.recorder.check(
        `${partitions} partitions: the copy is the table's equal`,
        await subject.areEqual(TABLE, SHADOW),
      );
      await subject.drop();
    }
  },
};

async function backlog(subject: Subject): Promise<number> {
  const [found] = await subject.query<{ entries: string }>(
    "SELECT prisma_partition.log_entries(id) AS entries FROM prisma_partition.tables",
  );
  return Number(found?.entries);
}

/** The writers' rate is that beside the drain. */
async function converge({ options, recorder, note }: Bench, partitions: number, subject: Subject): Promise<void> {
  const statements = await statementsFor(subject, options.bulkRows);
  const clients = await Promise.all(Array.from({ length: SATURATING_CLIENTS }, () => subject.connect()));
  const write = (seconds: number) =>
    closedLoop(clients, seconds, (client, turn) => (turn % 2 ? statements.insert(client) : statements.update(client)));
  const alone = await write(options.seconds);

  const stop = new AbortController();
  const points: [number, number][] = [];
  const started = performance.now();
  const sample = async () => {
    while (!stop.signal.aborted) {
      points.push([(performance.now() - started) / 1000, await backlog(subject)]);
      await sleep(options.seconds * 50);
    }
  };
  const drainer = async () => {
    while (!stop.signal.aborted) {
      await subject.backfill(1, { signal: stop.signal });
      await sleep(10);
    }
  };
  // Whatever fails first ends the others.
  const [beside] = await Promise.all([
    write(options.seconds * 4).finally(() => stop.abort()),
    sample().finally(() => stop.abort()),
    drainer().finally(() => stop.abort()),
  ]);

  const labels = { changes: "saturating writer", partitions };
  const growth = growthOf(points);
  recorder.add({ ...labels, drain: "off" }, { writesPerSecond: alone.statementsPerSecond });
  recorder.add({ ...labels, drain: "on" }, { writesPerSecond: beside.statementsPerSecond, backlogSlope: growth });
  recorder.courses.push({ labels, unit: "entries", points });
  note(`saturating writer, ${partitions} partitions: backlog ${growth.toFixed(0)} entries/s`);
}

/**
 * Entries per second by which the backlog grows, up to the moment when less than a batch is left: from there on it stays
 * about that, and its slope says nothing.
 */
function growthOf(points: readonly (readonly [number, number])[]): number {
  const caughtUp = points.findIndex(([, entries], index) => index > 0 && entries < BATCH);
  const [from, to] = [points[0], points[caughtUp]];
  if (from && to) return Math.min(0, (to[1] - from[1]) / (to[0] - from[0]));
  return slope(points);
}
