import type { Executor } from "../executor.ts";
import type { Table } from "../find-table.ts";
import { select } from "../select.ts";

/** One row that differs. */
export interface Difference {
  readonly partition: string;
  /** The row's identity; values as text, so that a bigint keeps its digits. */
  readonly identity: Readonly<Record<string, string | null>>;
  /** `missing`: only in the source. `extra`: only in the target. `changed`: in both, with other values. */
  readonly difference: "missing" | "extra" | "changed";
  /** For `changed`: the columns that differ. */
  readonly columns: readonly string[];
}

const columns = { rowIdentity: "record", difference: "text", columns: "texts?" } as const;

/**
 * Names the rows in which partitions differ, at most `limit` of them, bit for bit.
 *
 * ```sql
 * SELECT … FROM prisma_partition.differences($1, $2, $3)  -- for each partition: ACCESS SHARE, reads both sides of it
 * ```
 */
export async function findDifferences(
  executor: Executor,
  table: Table,
  partitions: readonly string[],
  limit: number,
): Promise<{ differences: Difference[]; truncated: boolean }> {
  const differences: Difference[] = [];
  for (const partition of partitions) {
    // One more than is wanted tells whether there are more; integer is what the function takes.
    const wanted = Math.min(limit - differences.length + 1, 2_147_483_647);
    const from = "FROM prisma_partition.differences($1::integer, $2::text, $3::integer)";
    for (const row of await select(executor, columns, from, [table.id, partition, wanted])) {
      differences.push({
        partition,
        identity: row.rowIdentity,
        difference: row.difference as Difference["difference"],
        columns: row.columns ?? [],
      });
    }
    if (differences.length > limit) return { differences: differences.slice(0, limit), truncated: true };
  }
  return { differences, truncated: false };
}
