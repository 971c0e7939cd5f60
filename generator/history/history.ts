import type { PartitionSpec } from "../spec.ts";
import type { TableName } from "./created-tables.ts";

/** What the folders on disk amount to: the state that was reached, or will be once they are deployed. */
export interface History {
  /** The functions of schema `prisma_partition`; null before the first `install`, and after an `uninstall`. */
  readonly installed: Installed | null;
  /** By `tableKey`: a table keeps its identity when its model is renamed. */
  readonly tables: ReadonlyMap<string, ReachedTable>;
  /** Tables that the project's other migrations create. */
  readonly created: readonly TableName[];
  /** Every folder's name, in the order of application. */
  readonly folders: readonly string[];
}

/** The last `install` or `upgrade`. */
export interface Installed {
  readonly checksum: string;
  readonly version: string;
  readonly folder: string;
  /** False where they were written before there was a `teardown`, `release` and `uninstall`. */
  readonly canRemove: boolean;
}

export interface ReachedTable {
  /** The spec that holds; its `stage` is the stage reached. */
  readonly spec: PartitionSpec;
  /** The spec that held at stage `setup`: its identity and uniques are what a rollback goes back to. */
  readonly setup: PartitionSpec;
  /** The folder that has reached the stage; those after it are alters. */
  readonly reachedBy: string;
  /** Our folders for this table, in order. */
  readonly folders: readonly string[];
}

/** What identifies a table throughout its history. */
export function tableKey({ schema, table }: TableName): string {
  return JSON.stringify([schema, table]);
}

/** `billing.event_transactions`, for people. */
export function qualifiedName({ schema, table }: TableName): string {
  return schema === null ? table : `${schema}.${table}`;
}
