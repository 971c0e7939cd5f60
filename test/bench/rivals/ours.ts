import { SHADOW } from "../subject/subject.ts";
import type { Contender } from "./contender.ts";

export const OURS = "prisma-partition";

/** The library's backfill: load, settle, index, drain, analyze, with its change log on all the while. */
export function ours(workers: number): Contender {
  return {
    name: OURS,
    workers,
    copy: SHADOW,
    follows: true,
    prepare: (subject) => subject.setup(28),
    async run(subject) {
      await subject.backfill(workers);
    },
    async catchUp(subject) {
      await subject.backfill(1);
    },
  };
}
