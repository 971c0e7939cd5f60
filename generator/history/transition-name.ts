/**
 * Names of the transitions, as they stand in headers and folder names. `install` and `upgrade` concern the functions of
 * schema `prisma_partition`, the others one table each.
 */
export const installTransitions = ["install", "upgrade"] as const;
export const tableTransitions = ["setup", "alter", "cutover"] as const;

export type InstallTransitionName = (typeof installTransitions)[number];
export type TableTransitionName = (typeof tableTransitions)[number];
export type TransitionName = InstallTransitionName | TableTransitionName;
