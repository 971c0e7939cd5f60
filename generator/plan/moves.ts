import type { Stage } from "../spec.ts";

/** Where a table stands, or is wanted: `none` is without an annotation. */
export type Position = "none" | Stage;

export type Move = "setup" | "alter" | "cutover";

/** The moves that lead from the stage reached to the stage wanted, or why none do. `alter` is left out if nothing changed. */
export type Route = readonly Move[] | { readonly unsupported: string; readonly fix: string };

const keep = (annotation: string) => `Keep ${annotation}.`;

/** Every (reached, wanted) pair. What a later version learns to do replaces an `unsupported` here. */
export const routes: Readonly<Record<Position, Readonly<Record<Position, Route>>>> = {
  none: {
    none: [],
    setup: ["setup"],
    cutover: ["setup", "cutover"],
    cleanup: unsupported("Starting at stage cleanup", "Write `stage: setup` first."),
  },
  setup: {
    none: unsupported("Removing the annotation at stage setup (a teardown)", keep("the annotation as it was")),
    setup: ["alter"],
    cutover: ["alter", "cutover"],
    cleanup: unsupported("Going from setup straight to cleanup", "Write `stage: cutover` first."),
  },
  cutover: {
    none: unsupported("Removing the annotation at stage cutover", keep("the annotation as it was")),
    setup: unsupported(
      "Going back from cutover to setup (a rollback)",
      keep("the annotation as it was: `stage: cutover`"),
    ),
    cutover: ["alter"],
    cleanup: unsupported("Stage cleanup (dropping the old table)", keep("the annotation as it was: `stage: cutover`")),
  },
  cleanup: {
    none: unsupported("Removing the annotation at stage cleanup", keep("the annotation as it was")),
    setup: unsupported("Going back from cleanup", keep("the annotation as it was")),
    cutover: unsupported("Going back from cleanup", keep("the annotation as it was")),
    cleanup: unsupported("Stage cleanup", keep("the annotation as it was")),
  },
};

function unsupported(what: string, fix: string): Route {
  return { unsupported: `${what} is not supported by this version of prisma-partition.`, fix };
}
