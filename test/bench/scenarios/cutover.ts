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
    "migration did. With long readers a transaction is idle after it has read another table, and another session reads this " +
    "one by SELECTs of a second with half a second between them, both READ COMMITTED: so the lock is not had at the first " +
    "attempt, a failed attempt makes writers wait 50 ms, and the request that succeeds may have waited as long for the " +
    "reader, which its 'lock' then includes.",
  async run(bench) {
    const cells = bench.options.partitions.flatMap((partitions) =>
      (["none", "long"] as const).map((readers) => ({ partitions, readers })),
    );
    await inTurn(bench.options.rounds, cells, (cell) => swap(bench, cell));
  },
};

interface Cell {
  readonly partitions: number;
  readonly readers: "none" | "long";
}

async function swap({ databases, options, recorder, note }: Bench, { partitions, readers }: Cell): Promise<void> {
  const subject = await databases.backfilled(options.rows, partitions);
  const writers = await startPacedWriters(subject.url);
  try {
    await sleep(Math.max(300, options.seconds * 200));
    const long = readers === "long" ? await LongReaders.start(subject) : undefined;
    const written = writers.writes;
    const from = performance.now();
    await subject.cutover();
    const to = performance.now();
    const writes = writers.writes - written;
    await long?.end();
    await sleep(Math.max(100, options.seconds * 100)); // a statement that waits still ends, and is counted
    await writers.stop();
    const [state] = await subject.query<{ ms: number }>("SELECT swap_lock_ms AS ms FROM prisma_partition.tables");
    const longestStallMs = writers.longestStall(from, to);
    recorder.add(
      { partitions, readers },
      {
        lockMs: state?.ms,
        longestStallMs,
        deployMs: to - from,
        writesPerSecond: writes / ((to - from) / 1000),
        failedWrites: writers.failed.length,
      },
    );
    note(
      `${partitions} partitions, readers ${readers}: lock ${state?.ms.toFixed(1)} ms, longest stall ${longestStallMs.toFixed(1)} ms`,
    );
  } finally {
    await writers.stop();
  }
  const reasons = [...new Set(writers.failed.map(({ sqlstate, message }) => `; ${sqlstate} ${message}`))].join("");
  recorder.check(
    `${partitions} partitions, readers ${readers}: no write failed${reasons}`,
    writers.failed.length === 0,
  );
  const lost = await compareWithWriters(subject.client, writers);
  recorder.check(`${partitions} partitions, readers ${readers}: every row is as its writer left it`, lost.length === 0);
  await subject.backfill(1);
  recorder.check(
    `${partitions} partitions, readers ${readers}: the old table has followed`,
    await subject.areEqual(TABLE, OLD),
  );
  await subject.drop();
}
