import { TABLE } from "../subject/subject.ts";
import type { Contender } from "./contender.ts";
import { createTarget, indexTarget, TARGET } from "./target.ts";

/** A: what one would try first. One statement, one transaction, into a partitioned table that has its indexes. */
export const insertSelect: Contender = {
  name: "INSERT … SELECT",
  workers: 1,
  copy: TARGET,
  async prepare(subject) {
    await createTarget(subject);
    await indexTarget(subject);
  },
  async run(subject) {
    await subject.query(`INSERT INTO ${TARGET} SELECT * FROM ${TABLE}`);
    await subject.query(`ANALYZE ${TARGET}`);
  },
};
