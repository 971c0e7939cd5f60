import { setTimeout as sleep } from "node:timers/promises";
import { compareWithWriters } from "../../support/writers.ts";
import type { Bench, Scenario } from "../bench.ts";
import { LongReaders } from "../load/long-readers.ts";
import { PACED_WRITES, startPacedWriters } from "../load/paced.ts";
import { inTurn } from "../measure/in-turn.ts";
import { OLD, TABLE } from "../subject/subject.ts";

export const cutover: Scenario = {
  name: "cutover",
  about:
    `The cutover's migration under ${PACED_WRITES} writes/s by id and key. 'Lock' is from the lock request to the end of ` +
    "the swap, as the database recorded it; 'longest writer stall' the longest statement of a writer that ran while the " +
    "migration did. All the while a transaction is idle after it has read another table, and another session reads this " +
    "one by SELECTs of a second with half a second between them, both READ COMMITTED: so the lock is not had at the first " +
    "attempt, and a failed attempt makes writers wait 50 ms.",
  async run(bench) {
    await inTurn(bench.options.rounds, bench.options.partitions, (partitions) => swap(bench, partitions));
  },
};

async function swap({ databases, options, recorder, note }: Bench, partitions: number): Promise<void> {
  const subject = await databases.backfilled(options.rows, partitions);
  const writers = await startPacedWriters(subject.url);
  try {
    await sleep(Math.max(300, options.seconds * 200));
    const readers = await LongReaders.start(subject);
    const written = writers.writes;
    const from = performance.now();
    await subject.cutover();
    const to = performance.now();
    const writes = writers.writes - written;
    await readers.end();
    await sleep(Math.max(100, options.seconds * 100)); // a statement that waits still ends, and is counted
    await writers.stop();
    const [state] = await subject.query<{ ms: number }>("SELECT swap_lock_ms AS ms FROM prisma_partition.tables");
    const longestStallMs = writers.longestStall(from, to);
    recorder.add(
      { partitions },
      {
        lockMs: state?.ms,
        longestStallMs,
        deployMs: to - from,
        writesPerSecond: writes / ((to - from) / 1000),
        failedWrites: writers.failed.length,
      },
    );
    note(`${partitions} partitions: lock ${state?.ms.toFixed(1)} ms, longest stall ${longestStallMs.toFixed(1)} ms`);
  } finally {
    await writers.stop();
  }
  const reasons = [...new Set(writers.failed.map(({ sqlstate, message }) => `; ${sqlstate} ${message}`))].join("");
  recorder.check(`${partitions} partitions: no write failed${reasons}`, writers.failed.length === 0);
  const lost = await compareWithWriters(subject.client, writers);
  recorder.check(`${partitions} partitions: every row is as its writer left it`, lost.length === 0);
  await subject.backfill(1);
  recorder.check(`${partitions} partitions: the old table has followed`, await subject.areEqual(TABLE, OLD));
  await subject.drop();
}
