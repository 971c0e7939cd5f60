import { TABLE } from "../subject/subject.ts";
import type { Contender } from "./contender.ts";
import { createMirror } from "./mirror-trigger.ts";
import { createTarget, indexTarget, TARGET } from "./target.ts";

/**
 * S: the procedure usually done by hand. A mirroring trigger on the table, and a procedure that copies 10,000 rows at a
 * time by id into the copy, which has its indexes, and commits each. It remembers how far it came, does not sleep between
 * batches, and skips what the trigger has brought already.
 */
export const mirrorAndCopy: Contender = {
  name: "mirroring trigger, batches",
  workers: 1,
  copy: TARGET,
  follows: true,
  async prepare(subject) {
    await createTarget(subject);
    await indexTarget(subject);
    await createMirror(subject);
    await subject.query(`
      CREATE TABLE rival.status (last_id bigint NOT NULL, rows bigint NOT NULL, finished_at timestamptz NOT NULL);
      CREATE PROCEDURE rival.copy_batches(batch_size integer) LANGUAGE plpgsql AS $$
      DECLARE
        first bigint := 0; last bigint; copied bigint;
      BEGIN
        LOOP
          SELECT max(b.id) INTO last FROM (SELECT id FROM ${TABLE} WHERE id > first ORDER BY id LIMIT batch_size) b;
          EXIT WHEN last IS NULL;
          INSERT INTO ${TARGET} SELECT * FROM ${TABLE} WHERE id > first AND id <= last ON CONFLICT DO NOTHING;
          GET DIAGNOSTICS copied = ROW_COUNT;
          INSERT INTO rival.status VALUES (last, copied, clock_timestamp());
          COMMIT;
          first := last;
        END LOOP;
      END $$`);
  },
  async run(subject) {
    await subject.query("CALL rival.copy_batches(10000)");
    await subject.query(`ANALYZE ${TARGET}`);
  },
};
