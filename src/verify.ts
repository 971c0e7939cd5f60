import { InvalidOptionError, NotReadyError } from "./errors.ts";
import type { Executor } from "./executor.ts";
import type { Table } from "./find-table.ts";
import { type Bound, parseBound } from "./list.ts";
import { readProgress } from "./progress.ts";
import { compareProperties, type VerifiedProperties } from "./properties.ts";
import { select } from "./select.ts";

/** Both sides of one partition, compared. `lower` is inclusive, `upper` exclusive. */
export interface VerifiedPartition<B extends Bound = Bound> {
  readonly name: string;
  readonly lower: B | null;
  readonly upper: B | null;
  readonly sourceRows: bigint;
  readonly targetRows: bigint;
  /** Rows changed since, whose change the log still holds: left out on both sides. */
  readonly pending: bigint;
  /** Same count and same sum of row hashes. */
  readonly matches: boolean;
}

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

export interface VerifyReport<B extends Bound = Bound> {
  readonly model: string;
  /** Every partition matches, and no property is missing, extra or different. */
  readonly ok: boolean;
  readonly partitions: readonly VerifiedPartition<B>[];
  readonly sourceRows: bigint;
  readonly targetRows: bigint;
  readonly pending: bigint;
  readonly differences: readonly Difference[];
  /** There are more differences than the limit let through. */
  readonly truncated: boolean;
  readonly properties: VerifiedProperties;
}

export interface VerifyOptions {
  /** Differing rows named at most, all partitions together. Default 100; 0 names none. */
  readonly limit?: number;
}

const partitionColumns = {
  partition: "text",
  lower: "text?",
  upper: "text?",
  sourceRows: "bigint",
  targetRows: "bigint",
  pending: "bigint",
  matches: "boolean",
} as const;

const differenceColumns = { rowIdentity: "record", difference: "text", columns: "texts?" } as const;

/**
 * Compares source and target partition by partition, by counts and sums of row hashes in one snapshot, and names the
 * rows that differ.
 *
 * ```sql
 * SELECT … FROM prisma_partition.verify($1)
 * SELECT … FROM prisma_partition.differences($1, $2, $3)  -- for each partition that does not match
 * SELECT … FROM prisma_partition.parity($1)               -- what the tables are, beside their rows
 * ```
 * Takes ACCESS SHARE on both tables, and reads both in full. Throws NOT_READY while rows are still being loaded.
 */
export async function verifyTable(
  executor: Executor,
  table: Table,
  options: VerifyOptions = {},
): Promise<VerifyReport> {
  const limit = options.limit ?? 100;
  if (!Number.isSafeInteger(limit) || limit < 0) throw new InvalidOptionError("limit", "a whole number from 0", limit);
  const progress = await readProgress(executor, table.id);
  if (progress?.step === "load" || progress?.step === "settle") throw new NotReadyError(table.model, progress.step);
  const rows = await select(executor, partitionColumns, "FROM prisma_partition.verify($1::integer)", [table.id]);
  const partitions = rows.map(({ partition, lower, upper, ...counts }) => ({
    name: partition,
    lower: parseBound(table, lower),
    upper: parseBound(table, upper),
    ...counts,
  }));
  const differing = partitions.filter((partition) => !partition.matches).map((partition) => partition.name);
  const properties = await compareProperties(executor, table.id);
  const unlike = properties.counts.missing + properties.counts.extra + properties.counts.differs;
  return {
    model: table.model,
    ok: differing.length === 0 && unlike === 0,
    partitions,
    sourceRows: sum(partitions.map((partition) => partition.sourceRows)),
    targetRows: sum(partitions.map((partition) => partition.targetRows)),
    pending: sum(partitions.map((partition) => partition.pending)),
    ...(await findDifferences(executor, table, differing, limit)),
    properties,
  };
}

async function findDifferences(executor: Executor, table: Table, partitions: readonly string[], limit: number) {
  const differences: Difference[] = [];
  for (const partition of partitions) {
    // One more than is wanted tells whether there are more; integer is what the function takes.
    const wanted = Math.min(limit - differences.length + 1, 2_147_483_647);
    const from = "FROM prisma_partition.differences($1::integer, $2::text, $3::integer)";
    for (const row of await select(executor, differenceColumns, from, [table.id, partition, wanted])) {
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

function sum(counts: readonly bigint[]): bigint {
  return counts.reduce((total, count) => total + count, 0n);
}
