import { InvalidOptionError, NothingToCompareError, NotReadyError } from "../errors.ts";
import type { Executor } from "../executor.ts";
import type { Table } from "../find-table.ts";
import type { Bound } from "../list.ts";
import { readProgress } from "../progress/progress.ts";
import { compareTables, type VerifiedPartition, type VerifyProgress } from "./compare.ts";
import { type Difference, findDifferences } from "./differences.ts";
import { compareProperties, type VerifiedProperties } from "./properties.ts";
import { repairTable } from "./repair.ts";

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
  /** Rows that `repair` copied anew; what the report says is what it found afterwards. */
  readonly repaired: bigint;
}

export interface VerifyOptions {
  /** Differing rows named at most, all partitions together. Default 100; 0 names none. */
  readonly limit?: number;
  /** Sessions that read side by side, where the database has that many to spare. Default 2. */
  readonly workers?: number;
  /** Stops between two pieces of some 64 MB: `verify` then throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called after every piece that was read. What it throws stops the verification. */
  readonly onProgress?: (progress: VerifyProgress) => void;
  /** Copies rows that differ anew from the live table, and verifies again. Properties are not mended. Default false. */
  readonly repair?: boolean;
}

/** A repair that leaves differences behind is tried again, for writers and runners go on meanwhile. */
const maxRepairs = 3;

/**
 * Compares source and target partition by partition, by counts and sums of row hashes, and names the rows that differ.
 * Exact under live writes: all of it is read in one snapshot, and rows whose change still waits on the log are left out on
 * both sides and counted as pending.
 *
 * ```sql
 * SELECT … FROM prisma_partition.digest($1, …)            -- for each piece of both tables, side by side, or
 * SELECT … FROM prisma_partition.verify($1)               -- on a single connection: all at once
 * SELECT … FROM prisma_partition.differences($1, $2, $3)  -- for each partition that does not match
 * SELECT … FROM prisma_partition.parity($1)               -- what the tables are, beside their rows
 * SELECT prisma_partition.repair($1, $2)                  -- with `repair`: puts what differs on the change log
 * ```
 * Takes ACCESS SHARE on both tables, and reads both in full: some 22 × count(*) of both. Holds back VACUUM, as any long
 * query does. Throws NOT_READY while rows are still being loaded, NOTHING_TO_COMPARE once the old table was dropped,
 * INVALID_OPTION.
 */
export async function verifyTable(
  executor: Executor,
  table: Table,
  options: VerifyOptions = {},
): Promise<VerifyReport> {
  const { limit = 100, workers = 2 } = options;
  if (!Number.isSafeInteger(limit) || limit < 0) throw new InvalidOptionError("limit", "a whole number from 0", limit);
  if (!Number.isSafeInteger(workers) || workers < 1) {
    throw new InvalidOptionError("workers", "a whole number from 1", workers);
  }
  const progress = await readProgress(executor, table.id);
  if (progress?.step === "load" || progress?.step === "settle") throw new NotReadyError(table.model, progress.step);
  if (progress?.stage === "cleanup") throw new NothingToCompareError(table.model);

  let repaired = 0n;
  for (let repairs = 0; ; repairs++) {
    const found = await compareTables(executor, table, { ...options, workers }, async (session, partitions) => {
      const differing = partitions.filter((partition) => !partition.matches).map((partition) => partition.name);
      return { partitions, differing, ...(await findDifferences(session, table, differing, limit)) };
    });
    if (options.repair && found.differing.length > 0 && repairs < maxRepairs) {
      repaired += await repairTable(executor, table, found.differing, options.signal);
      continue;
    }
    const { partitions, differing, differences, truncated } = found;
    const properties = await compareProperties(executor, table.id);
    const unlike = properties.counts.missing + properties.counts.extra + properties.counts.differs;
    return {
      model: table.model,
      ok: differing.length === 0 && unlike === 0,
      partitions,
      sourceRows: sum(partitions.map((partition) => partition.sourceRows)),
      targetRows: sum(partitions.map((partition) => partition.targetRows)),
      pending: sum(partitions.map((partition) => partition.pending)),
      differences,
      truncated,
      properties,
      repaired,
    };
  }
}

function sum(counts: readonly bigint[]): bigint {
  return counts.reduce((total, count) => total + count, 0n);
}
