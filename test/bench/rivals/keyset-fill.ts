import { TABLE } from "../subject/subject.ts";
import type { Contender } from "./contender.ts";
import { createTarget, indexTarget, TARGET } from "./target.ts";

const BATCH = 10_000;

/**
 * P: the shape of a fill from outside, as command-line tools do it: keyset batches of 10,000 by id up to the highest id at
 * the start, each a statement of its own, into the copy with its indexes.
 */
export const keysetFill: Contender = {
  name: "keyset batches",
  workers: 1,
  copy: TARGET,
  async prepare(subject) {
    await createTarget(subject);
    await indexTarget(subject);
  },
  async run(subject) {
    const [edges] = await subject.query<{ first: string; last: string }>(
      `SELECT min(id)::text AS first, max(id)::text AS last FROM ${TABLE}`,
    );
    for (let from = Number(edges?.first); from <= Number(edges?.last); from += BATCH) {
      await subject.query(
        `INSERT INTO ${TARGET} SELECT * FROM ${TABLE} WHERE id >= $1 AND id < $2 AND id <= $3 ON CONFLICT DO NOTHING`,
        [from, from + BATCH, edges?.last],
      );
    }
    await subject.query(`ANALYZE ${TARGET}`);
  },
};
