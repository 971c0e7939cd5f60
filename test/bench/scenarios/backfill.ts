import { setTimeout as sleep } from "node:timers/promises";
import type { Bench, Scenario } from "../bench.ts";
import { PACED_WRITES, startPacedWriters } from "../load/paced.ts";
import { inTurn } from "../measure/in-turn.ts";
import { watchRun } from "../measure/watch.ts";
import { byHand } from "../rivals/by-hand.ts";
import type { Contender } from "../rivals/contender.ts";
import { insertSelect } from "../rivals/insert-select.ts";
import { keysetFill } from "../rivals/keyset-fill.ts";
import { mirrorAndCopy } from "../rivals/mirror-and-copy.ts";
import { ours } from "../rivals/ours.ts";
import { TABLE } from "../subject/subject.ts";

interface Cell {
  readonly contender: Contender;
  /** Writes per second beside it. */
  readonly load: number;
}

const still: Cell[] = [ours(1), ours(2), insertSelect, byHand, mirrorAndCopy, keysetFill].map((contender) => ({
  contender,
  load: 0,
}));
const loaded: Cell[] = [ours(1), ours(2), insertSelect, mirrorAndCopy].map((contender) => ({
  contender,
  load: PACED_WRITES,
}));

export const backfill: Scenario = {
  name: "backfill",
  about:
    "From the first row moved to a monthly partitioned copy (28 partitions) that has its ten indexes and is analyzed. " +
    "Rows are those of the table at the start. Without a load beside it every copy is compared with the table; with " +
    "one, those that follow the writers are, after these have stopped.",
  async run(bench) {
    await inTurn(bench.options.rounds, [...still, ...loaded], (cell) => runCell(bench, cell));
  },
};

async function runCell({ databases, options, recorder, note }: Bench, { contender, load }: Cell): Promise<void> {
  const labels = { what: contender.name, sessions: contender.workers, load };
  const subject = await databases.plain(options.rows);
  await contender.prepare(subject);
  const watch = await subject.connect();
  const writers = load > 0 ? await startPacedWriters(subject.url) : undefined;
  try {
    if (writers) await sleep(options.seconds * 200); // they are up to speed
    const written = writers?.writes ?? 0;
    const run = await watchRun(watch, () => contender.run(subject));
    const writes = (writers?.writes ?? 0) - written;
    await writers?.stop();
    recorder.add(labels, {
      ...run,
      rowsPerSecond: options.rows / run.seconds,
      writesPerSecond: writers && writes / run.seconds,
      failedWrites: writers?.failed.length,
    });
    note(`${contender.name}, ${contender.workers} session(s), ${load} writes/s: ${run.seconds.toFixed(2)} s`);
  } finally {
    await writers?.stop();
  }
  await contender.catchUp?.(subject);
  const name = `${contender.name}, ${contender.workers} session(s), ${load} writes/s: the copy is the table's equal`;
  if (load === 0 || contender.catchUp) recorder.check(name, await subject.areEqual(TABLE, contender.copy));
  else if (contender.follows) recorder.add(labels, { differingRows: await differingRows(subject, contender.copy) });
  await subject.drop();
}

/** Ids under which the two tables do not hold the same, once or more often. */
async function differingRows(subject: Parameters<Contender["prepare"]>[0], copy: string): Promise<number> {
  const [found] = await subject.query<{ count: string }>(
    `SELECT count(DISTINCT coalesce(a.id, b.id)) AS count FROM ${TABLE} a FULL JOIN ${copy} b
       ON b.id = a.id AND b.timestamp = a.timestamp
     WHERE record_image_ne(ROW(a.*), ROW(b.*))`,
  );
  return Number(found?.count);
}
