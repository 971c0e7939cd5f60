import type { PartitionSpec, UniqueKey } from "../spec.ts";
import type { Changes } from "./alterable.ts";

/** What one emitted folder does. A plan is a list of these, in the order in which they are to be applied. */
export type Transition =
  | InstallTransition
  | UninstallTransition
  | SetupTransition
  | AlterTransition
  | CutoverTransition
  | RollbackTransition
  | CleanupTransition
  | RemovalTransition;

/** Creates (install) or replaces (upgrade) the functions of schema `prisma_partition`. */
export interface InstallTransition {
  readonly transition: "install" | "upgrade";
  /** SHA-256 over the functions. */
  readonly checksum: string;
}

/** Drops schema `prisma_partition`, which no table needs any more. */
export interface UninstallTransition {
  readonly transition: "uninstall";
}

/** Shadow table, change capture, jobs. */
export interface SetupTransition {
  readonly transition: "setup";
  /** As wanted, with the stage this folder reaches. */
  readonly spec: PartitionSpec;
  /** The primary key and uniques the table gets at cutover: the model's, widened by the partition key. */
  readonly cutoverUniques: readonly UniqueKey[];
}

/** Changes options of a table, at whatever stage. */
export interface AlterTransition {
  readonly transition: "alter";
  /** With the changes applied; its stage is the table's stage, before and after. */
  readonly spec: PartitionSpec;
  readonly changes: Changes;
}

/** Swaps the partitioned table in. */
export interface CutoverTransition {
  readonly transition: "cutover";
  /** As wanted: identity and uniques are those of the model after the swap. */
  readonly spec: PartitionSpec;
  readonly cutoverUniques: readonly UniqueKey[];
  /** The spec that held before: its identity is what the change capture recorded. */
  readonly reached: PartitionSpec;
}

/** Swaps the plain table back in; the partitioned one follows it again. */
export interface RollbackTransition {
  readonly transition: "rollback";
  /** As wanted: identity and uniques are those of the plain table again. */
  readonly spec: PartitionSpec;
  /** The spec that held before. */
  readonly reached: PartitionSpec;
}

/** Drops the old table and the change log. */
export interface CleanupTransition {
  readonly transition: "cleanup";
  readonly spec: PartitionSpec;
}

/** teardown: the plain table is as it was before setup. release: the table stays partitioned, by itself. */
export interface RemovalTransition {
  readonly transition: "teardown" | "release";
  /** What held last. */
  readonly spec: PartitionSpec;
}
