import type { Bench, Scenario } from "../bench.ts";
import { exponent } from "../measure/fit.ts";
import { inTurn } from "../measure/in-turn.ts";
import { watchMemory } from "../measure/memory.ts";
import { SHADOW, TABLE } from "../subject/subject.ts";

const WORKERS = 2;

export const scale: Scenario = {
  name: "scale",
  about:
    `The backfill with ${WORKERS} workers, by rows and partitions, and the memory it takes at its most: of the database's ` +
    "backends, their private memory, and of the client, all of this benchmark's process. The exponent says how time grows " +
    "with rows: 1 is in proportion.",
  async run(bench) {
    const { recorder, options } = bench;
    const { rows: sizes, partitions: counts } = options.scale;
    // Rows grow with the fewest and with the most partitions, partitions grow with the run's own number of rows.
    const edges = [counts[0], counts.at(-1)];
    const cells = sizes.flatMap((rows) =>
      counts.flatMap((partitions) =>
        rows === options.rows || edges.includes(partitions) ? [{ rows, partitions }] : [],
      ),
    );
    const took = new Map<number, [rows: number, seconds: number][][]>();
    await inTurn(options.rounds, cells, async ({ rows, partitions }, round) => {
      const seconds = await fill(bench, rows, partitions);
      const rounds = took.get(partitions) ?? [];
      took.set(partitions, rounds);
      rounds[round] = [...(rounds[round] ?? []), [rows, seconds]];
    });
    for (const [partitions, rounds] of took) {
      for (const points of rounds.filter(({ length }) => length > 1))
        recorder.add({ partitions }, { exponent: exponent(points) });
    }
  },
};

async function fill({ databases, recorder, note }: Bench, rows: number, partitions: number): Promise<number> {
  const subject = await databases.plain(rows);
  await subject.setup(partitions);
  const watch = await subject.connect();
  let seconds = Number.NaN;
  const memory = await watchMemory(watch, async () => {
    const started = performance.now();
    await subject.backfill(WORKERS);
    seconds = (performance.now() - started) / 1000;
  });
  recorder.add({ rows, partitions }, { seconds, rowsPerSecond: rows / seconds, ...memory });
  recorder.check(
    `${rows} rows, ${partitions} partitions: the copy is the table's equal`,
    await subject.areEqual(TABLE, SHADOW),
  );
  note(`${rows} rows, ${partitions} partitions: ${seconds.toFixed(2)} s`);
  await subject.drop();
  return seconds;
}
