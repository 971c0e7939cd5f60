import { type Database, toExecutor } from "./executor.ts";
import { createHandle, type PartitionDefinition, type PartitionHandle } from "./handle.ts";

/** `"time"` → Date, `"integer"` → bigint. */
export type BoundOf<D extends PartitionDefinition> = D["bound"] extends "integer"
  ? bigint
  : D["bound"] extends "time"
    ? Date
    : Date | bigint;

/** One handle for each definition, under the same name. */
export type PartitionHandles<D extends Readonly<Record<string, PartitionDefinition>>> = {
  readonly [K in keyof D]: PartitionHandle<BoundOf<D[K]>>;
};

/**
 * Binds the models of the generated module to a database. Runs no SQL.
 *
 * ```ts
 * const partitions = createPartitions(prisma, { eventTransaction: { model: "EventTransaction", bound: "time" } });
 * await partitions.eventTransaction.backfill({ workers: 2 });
 * ```
 */
export function createPartitions<const D extends Readonly<Record<string, PartitionDefinition>>>(
  database: Database,
  definitions: D,
): PartitionHandles<D> {
  const executor = toExecutor(database);
  const handles = Object.entries(definitions).map(([name, definition]) => [name, createHandle(executor, definition)]);
  return Object.freeze(Object.fromEntries(handles)) as PartitionHandles<D>;
}
