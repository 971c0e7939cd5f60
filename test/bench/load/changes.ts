import { MONTHS } from "../subject/partitionings.ts";
import type { Subject } from "../subject/subject.ts";
import { TABLE } from "../subject/subject.ts";

/**
 * What the log is filled with. `updates and appends`: every second write changes a random row, the others append one of
 * now. `mixed`: in turn a random row's key moves, a row is inserted somewhere, a random row is deleted. Rows are chosen
 * one by one, so that the entries of a batch lie all over the partitions, as those of an application do.
 */
export const KINDS_OF_CHANGES = ["updates and appends", "mixed"] as const;

export type KindOfChanges = (typeof KINDS_OF_CHANGES)[number];

const ANYWHERE = `now() - random() * interval '${MONTHS} months'`;
const APPEND = (at: string) =>
  `INSERT INTO ${TABLE} (idempotency_key, timestamp, event_code, email, mbid, amount)
   VALUES ('change-' || gen_random_uuid(), ${at}, 'change', 'change-' || i || '@example.com', 'mb-' || i % 7000, i % 1000);`;

const BODIES: Record<KindOfChanges, string> = {
  "updates and appends": `
      IF i % 2 = 0 THEN
        UPDATE ${TABLE} SET amount = i % 1000, email = 'changed-' || i || '@example.com' WHERE id = picked;
      ELSE ${APPEND("now()")} END IF;`,
  mixed: `
      CASE i % 3
        WHEN 0 THEN UPDATE ${TABLE} SET timestamp = ${ANYWHERE} WHERE id = picked;
        WHEN 1 THEN ${APPEND(ANYWHERE)}
        ELSE DELETE FROM ${TABLE} WHERE id = picked;
      END CASE;`,
};

/** Makes that many writes, in one transaction; each leaves one entry on the log, a moved key two, a missed row none. */
export async function makeChanges(subject: Subject, kind: KindOfChanges, count: number): Promise<void> {
  await subject.query(`
    DO $$
    DECLARE
      rows bigint := (SELECT max(id) FROM ${TABLE});
      picked bigint; -- a variable: random() in the WHERE would be another number for every row, and no index would serve
    BEGIN
      FOR i IN 1..${count} LOOP
      picked := 1 + floor(random() * rows); ${BODIES[kind]}
      END LOOP;
    END $$`);
}
