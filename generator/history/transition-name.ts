/**
 * Names of the transitions, as they stand in headers and folder names. `install`, `upgrade` and `uninstall` concern
 * schema `prisma_partition` as a whole, the others one table each.
 */
export const installTransitions = ["install", "upgrade"] as const;
/** They reach a stage, and say the whole spec that holds from there on. */
export const stageTransitions = ["setup", "cutover", "rollback", "cleanup"] as const;
/** After them the table has nothing to do with this package any more. */
export const removalTransitions = ["teardown", "release"] as const;

export type InstallTransitionName = (typeof installTransitions)[number];
export type StageTransitionName = (typeof stageTransitions)[number];
export type RemovalTransitionName = (typeof removalTransitions)[number];
export type TableTransitionName = StageTransitionName | RemovalTransitionName | "alter";

export const transitionNames: readonly string[] = [
  ...installTransitions,
  "uninstall",
  "alter",
  ...stageTransitions,
  ...removalTransitions,
];
