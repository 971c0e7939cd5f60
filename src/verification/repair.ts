import { backfillTable } from "../backfill.ts";
import type { Executor } from "../executor.ts";
import type { Table } from "../find-table.ts";
import { select } from "../select.ts";

/**
 * Copies the rows in which these partitions differ anew from the live table: puts them on the change log and drains it.
 * Gives back how many were put there; that they are equal afterwards is for the next comparison to say. Right under live
 * writes: see src/install/repair.sql.
 *
 * ```sql
 * SELECT prisma_partition.repair($1, $2)       -- for each partition; ACCESS SHARE, reads both sides of it
 * SELECT … FROM prisma_partition.run_step($1)  -- until the log is drained
 * ```
 */
export async function repairTable(
  executor: Executor,
  table: Table,
  partitions: readonly string[],
  signal?: AbortSignal,
): Promise<bigint> {
  let rows = 0n;
  for (const partition of partitions) {
    signal?.throwIfAborted();
    const from = "FROM prisma_partition.repair($1::integer, $2::text) AS rows";
    const [row] = await select(executor, { rows: "bigint" }, from, [table.id, partition]);
    rows += row?.rows ?? 0n;
  }
  await backfillTable(executor, table, signal === undefined ? {} : { signal });
  signal?.throwIfAborted();
  return rows;
}
