import type { Bench, Scenario } from "../bench.ts";
import { type StatementName, type Statements, statementsFor } from "../load/statements.ts";
import { loopsInTurn } from "../measure/closed-loop.ts";
import { createMirror } from "../rivals/mirror-trigger.ts";
import { createTarget, indexTarget, TARGET } from "../rivals/target.ts";
import { OLD, SHADOW, type Subject, TABLE } from "../subject/subject.ts";

/** What stands on the table that is written to. */
export const STATES = ["no trigger", "during conversion", "after cutover", "mirroring trigger"] as const;

export type State = (typeof STATES)[number];

const CLIENTS = 2;

/** Those that the goals name; each is the slowest of its kind. */
export const SINGLE_ROWS: readonly StatementName[] = ["insert", "update"];
export const BULK: readonly StatementName[] = ["bulkInsert", "bulkUpdate", "bulkHotUpdate"];

interface Written {
  readonly state: State;
  readonly subject: Subject;
  readonly statements: Statements;
  readonly clients: Awaited<ReturnType<Subject["connect"]>>[];
}

export const writers: Scenario = {
  name: "writers",
  about:
    `Statements of ${CLIENTS} clients in a closed loop, by id and key: one row at a time, or 1,000 rows a statement. ` +
    "'During conversion' the capture triggers are on and nothing is drained; 'after cutover' they are too, for the way " +
    "back. The four tables are written to in turn, second by second.",
  async run(bench) {
    const tables: Written[] = [];
    for (const state of STATES) tables.push(await prepare(bench, state));
    for (const name of [...SINGLE_ROWS, ...BULK]) {
      await loopsInTurn(
        bench.options,
        tables,
        ({ statements }, client) => statements[name](client),
        ({ state }, loop) => {
          bench.recorder.add({ statement: name, what: state }, { ...loop });
          bench.note(`${name}, ${state}: ${loop.statementsPerSecond.toFixed(0)}/s, p99 ${loop.p99Ms.toFixed(2)} ms`);
        },
      );
    }
    for (const { state, subject } of tables) {
      await subject.query("ANALYZE");
      if (state === "during conversion") {
        await subject.backfill(2);
        bench.recorder.check("every write is in the copy", await subject.areEqual(TABLE, SHADOW));
      } else if (state === "after cutover") {
        await subject.backfill(1);
        bench.recorder.check("every write is in the old table", await subject.areEqual(TABLE, OLD));
      }
      await subject.drop();
    }
  },
};

async function prepare({ databases, options: { rows, bulkRows } }: Bench, state: State): Promise<Written> {
  const subject = state === "after cutover" ? await databases.backfilled(rows, 28) : await databases.plain(rows);
  if (state === "during conversion") await subject.setup(28);
  if (state === "after cutover") await subject.cutover();
  if (state === "mirroring trigger") {
    await createTarget(subject);
    await indexTarget(subject);
    await subject.query(`INSERT INTO ${TARGET} SELECT * FROM ${TABLE}; ANALYZE ${TARGET}`);
    await createMirror(subject);
  }
  const clients = await Promise.all(Array.from({ length: CLIENTS }, () => subject.connect()));
  return { state, subject, statements: await statementsFor(subject, bulkRows), clients };
}
