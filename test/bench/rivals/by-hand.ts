import type pg from "pg";
import type { Subject } from "../subject/subject.ts";
import { TABLE } from "../subject/subject.ts";
import type { Contender } from "./contender.ts";
import { createTarget, TARGET, type TargetIndex, targetIndexes } from "./target.ts";

/** Ranges of blocks to load; both sessions take the next one that is left. */
const RANGES = 32;

/**
 * B: the limit. Two sessions load block ranges into partitions without an index, then build the indexes partition by
 * partition, each on one core, and attach them. No log, no state, no check: nothing that copies these rows on this server
 * with two sessions can be much faster.
 */
export const byHand: Contender = {
  name: "bare load, then indexes",
  workers: 2,
  copy: TARGET,
  async prepare(subject) {
    await createTarget(subject);
    // On the parent only, after the partitions were made: these have none until they are loaded.
    for (const [ordinal, index] of (await targetIndexes(subject)).entries()) {
      await subject.query(
        index.kind === "PRIMARY KEY"
          ? `ALTER TABLE ONLY ${TARGET} ADD CONSTRAINT ${parentIndex(ordinal)} PRIMARY KEY (${index.columns})`
          : `CREATE ${index.kind} INDEX ${parentIndex(ordinal)} ON ONLY ${TARGET} (${index.columns})`,
      );
    }
  },
  async run(subject) {
    const sessions = await Promise.all([1, 2].map(() => subject.connect("-c max_parallel_maintenance_workers=0")));
    await shareOut(sessions, await blockRanges(subject), ([from, to], session) =>
      session.query(`INSERT INTO ${TARGET} SELECT * FROM ${TABLE} WHERE ctid >= $1::tid AND ctid < $2::tid`, [
        `(${from},0)`,
        `(${to},0)`,
      ]),
    );
    const indexes = await targetIndexes(subject);
    const leaves = await subject.query<{ leaf: string }>(
      "SELECT c.relname AS leaf FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid WHERE h.inhparent = $1::regclass",
      [TARGET],
    );
    await shareOut(sessions, leaves, ({ leaf }, session) => indexLeaf(session, leaf, indexes));
    const [server] = await subject.query<{ version: string }>(
      "SELECT current_setting('server_version_num') AS version",
    );
    await subject.query(`ANALYZE ${Number(server?.version) >= 180_000 ? "ONLY" : ""} ${TARGET}`);
  },
};

const parentIndex = (ordinal: number) => `event_transactions_${ordinal}`;

async function blockRanges(subject: Subject): Promise<[from: number, to: number][]> {
  const [size] = await subject.query<{ blocks: string }>(
    "SELECT pg_relation_size($1::regclass) / current_setting('block_size')::int AS blocks",
    [TABLE],
  );
  const step = Math.ceil(Number(size?.blocks) / RANGES);
  return Array.from({ length: RANGES }, (_, index) => [index * step, (index + 1) * step]);
}

/** One transaction per partition, attached last: as short as the lock on the parent's index can be. */
async function indexLeaf(session: pg.Client, leaf: string, indexes: readonly TargetIndex[]): Promise<void> {
  const built = indexes.map(({ kind, columns }, ordinal) =>
    kind === "PRIMARY KEY"
      ? `ALTER TABLE rival.${leaf} ADD CONSTRAINT ${leaf}_${ordinal} PRIMARY KEY (${columns})`
      : `CREATE ${kind} INDEX ${leaf}_${ordinal} ON rival.${leaf} (${columns})`,
  );
  const attached = indexes.map(
    (_, ordinal) => `ALTER INDEX rival.${parentIndex(ordinal)} ATTACH PARTITION rival.${leaf}_${ordinal}`,
  );
  await session.query(["BEGIN", ...built, ...attached, `ANALYZE rival.${leaf}`, "COMMIT"].join("; "));
}

/** Every session takes the next piece of work that is left, until none is. */
async function shareOut<T>(
  sessions: readonly pg.Client[],
  work: readonly T[],
  perform: (piece: T, session: pg.Client) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  await Promise.all(
    sessions.map(async (session) => {
      while (next < work.length) await perform(work[next++] as T, session);
    }),
  );
}
