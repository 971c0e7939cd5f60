import type pg from "pg";
import type { Bench, Scenario } from "../bench.ts";
import { loopsInTurn } from "../measure/closed-loop.ts";
import { OLD, type Subject, TABLE } from "../subject/subject.ts";

interface Pair {
  readonly id: string;
  readonly timestamp: string;
}

const DAY = 86_400_000;

// Both ends of a range are parameters: of an expression such as $1 + interval '1 day' the planner does not know the value,
// and leaves the partitions above it in.
const QUERIES: Record<string, (client: pg.Client, pair: Pair) => Promise<unknown>> = {
  "by id and key": (client, { id, timestamp }) =>
    client.query(`SELECT * FROM ${TABLE} WHERE id = $1 AND timestamp = $2`, [id, timestamp]),
  "by id alone": (client, { id }) => client.query(`SELECT * FROM ${TABLE} WHERE id = $1`, [id]),
  "by range of the key": (client, { timestamp }) =>
    client.query(`SELECT count(*), sum(amount) FROM ${TABLE} WHERE timestamp >= $1 AND timestamp < $2`, [
      timestamp,
      new Date(new Date(timestamp).getTime() + DAY),
    ]),
};

interface Asked {
  /** 0: the plain table. */
  readonly partitions: number;
  readonly subject: Subject;
  readonly clients: readonly pg.Client[];
  readonly pairs: readonly Pair[];
}

export const queries: Scenario = {
  name: "queries",
  about:
    "The same rows asked for before the cutover (0 partitions) and after it, by one client in a closed loop, each " +
    "statement planned anew: one row by id and key, the same by id alone, which looks into every partition, and the sum " +
    "over one day.",
  async run(bench) {
    const { options, recorder, note } = bench;
    const tables: Asked[] = [];
    for (const partitions of [0, ...options.partitions]) tables.push(await prepare(bench, partitions));
    for (const [name, query] of Object.entries(QUERIES)) {
      await loopsInTurn(
        options,
        tables,
        ({ pairs }, client) => query(client, pairs[Math.floor(Math.random() * pairs.length)] as Pair),
        ({ partitions }, loop) => {
          recorder.add({ query: name, partitions }, { ...loop });
          note(`${name}, ${partitions} partitions: ${loop.statementsPerSecond.toFixed(0)}/s`);
        },
      );
    }
    for (const { subject } of tables) await subject.drop();
  },
};

/** Both vacuumed and analyzed, as autovacuum would have left them. */
async function prepare({ databases, options, recorder }: Bench, partitions: number): Promise<Asked> {
  const subject =
    partitions === 0 ? await databases.plain(options.rows) : await databases.backfilled(options.rows, partitions);
  if (partitions > 0) {
    await subject.cutover();
    recorder.check(`${partitions} partitions: the table is the old one's equal`, await subject.areEqual(TABLE, OLD));
  }
  await subject.query(`VACUUM (ANALYZE) ${TABLE}`);
  const client = await subject.connect();
  const { rows: pairs } = await client.query<{ id: string; timestamp: string }>(
    `SELECT id::text, timestamp::text FROM ${TABLE} WHERE id % greatest(1, (SELECT max(id) FROM ${TABLE}) / 10000) = 0`,
  );
  return { partitions, subject, clients: [client], pairs };
}
