import type { ReachedTable } from "../history/history.ts";
import type { PartitionSpec, Stage } from "../spec.ts";
import { type Refusal, refuse } from "./refusal.ts";

/** Where a table stands, or is wanted: `none` is without an annotation. */
export type Position = "none" | Stage;

export type Move = "setup" | "alter" | "cutover" | "rollback" | "cleanup" | "teardown" | "release";

/** Why no moves lead there, and what to do instead. */
export interface NoRoute {
  readonly reason: string;
  /** @param folders those of the table from the one on that has reached its stage, as prose */
  readonly fix: string | ((folders: string) => string);
}

/** The moves that lead from the stage reached to the stage wanted, or why none do. `alter` is left out if nothing changed. */
export type Route = readonly Move[] | NoRoute;

/** What was deployed is not known here: the folders say only what was emitted. */
const noWayBack: NoRoute = {
  reason: "its migrations have reached stage cleanup, which drops the old table: once deployed, there is no way back.",
  fix: (folders) =>
    `If ${folders} has not been deployed, or its deploy has failed, delete it and run this again; a failed one is first ` +
    "marked with `npx prisma migrate resolve --rolled-back <folder>`. Else the old table is gone: write `stage: cleanup` " +
    "again, or, to let the table go as it is, partitioned, remove the annotation.",
};

/** Every (reached, wanted) pair. */
export const routes: Readonly<Record<Position, Readonly<Record<Position, Route>>>> = {
  none: {
    none: [],
    setup: ["setup"],
    cutover: ["setup", "cutover"],
    cleanup: {
      reason: "a table that is not partitioned yet has no old table to drop.",
      fix: "Write `stage: cutover` first, and `stage: cleanup` when the old table is not needed any more.",
    },
  },
  setup: {
    none: ["teardown"],
    setup: ["alter"],
    cutover: ["alter", "cutover"],
    cleanup: {
      reason: "the table is at stage setup: the plain table is the one in use, and cleanup would drop it.",
      fix: "Write `stage: cutover` first, and `stage: cleanup` when the old table is not needed any more.",
    },
  },
  cutover: {
    none: {
      reason:
        "the annotation is gone, but the table is at stage cutover: its old table is kept and follows every write.",
      fix:
        "Put the annotation back, then choose. To undo the partitioning: `stage: setup`, generate, and remove the " +
        "annotation after that. To keep the table partitioned: `stage: cleanup`, generate, and remove it after that.",
    },
    setup: ["alter", "rollback"],
    cutover: ["alter"],
    cleanup: ["alter", "cleanup"],
  },
  cleanup: {
    none: ["release"],
    setup: noWayBack,
    cutover: noWayBack,
    cleanup: ["alter"],
  },
};

/** The refusal of a table for which there is no route. */
export function refuseRoute({ reason, fix }: NoRoute, spec: PartitionSpec, reached: ReachedTable | null): Refusal {
  const folders = reached?.folders.slice(reached.folders.indexOf(reached.reachedBy)) ?? [];
  return refuse("PLAN_UNSUPPORTED", spec, reason, typeof fix === "string" ? fix : fix(folders.join(" with ")));
}
