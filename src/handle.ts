import { type BackfillOptions, type BackfillResult, backfillTable } from "./backfill.ts";
import { UnknownModelError } from "./errors.ts";
import type { Executor } from "./executor.ts";
import { findTable } from "./find-table.ts";
import { type Health, readHealth } from "./health/health.ts";
import { assertBound, type Bound, listPartitions, type Partition } from "./list.ts";
import { type EnsureRange, ensurePartitions, type MaintainResult, maintainTable } from "./maintain.ts";
import { type Job, readJobs } from "./progress/jobs.ts";
import { type Progress, readProgress } from "./progress/progress.ts";
import { type VerifyOptions, type VerifyReport, verifyTable } from "./verification/verify.ts";

/** What the generated module says about one model. */
export interface PartitionDefinition {
  /** The Prisma model's name. */
  readonly model: string;
  /** What a bound is: an instant (Date) or a whole number (bigint). */
  readonly bound: "time" | "integer";
}

/** Where a table stands, and what its jobs did. */
export interface ProgressReport extends Progress {
  /** Empty where pg_cron does not run them. */
  readonly jobs: readonly Job[];
}

/**
 * Everything that can be asked of one partitioned model, and done with it. Every method looks the table up anew, and holds
 * no state. All of them throw NOT_INSTALLED, UNKNOWN_MODEL, BOUND_MISMATCH, and DATABASE_ERROR or CONNECTION_FAILED with
 * what the server said.
 */
export interface PartitionHandle<B extends Bound = Bound> {
  /** The Prisma model's name. */
  readonly model: string;

  /**
   * Where the table stands: stage and step, rows, rates, what the change log does, and the last runs of its jobs.
   *
   * ```sql
   * SELECT … FROM prisma_partition.progress WHERE table_id = $1;
   * SELECT … FROM prisma_partition.job_history($1)
   * ```
   * Takes no lock that blocks. Counts the change log and the default partition, and reads neither table.
   */
  progress(): Promise<ProgressReport>;

  /**
   * Copies rows until the backfill is complete and the change log is drained, or until the signal stops it; what was done
   * is kept, and calling it again goes on from there. After cutover it brings the old table up to date.
   *
   * ```sql
   * SELECT … FROM prisma_partition.run_step($1)  -- again and again, each its own transaction
   * SELECT pg_logical_emit_message(true, 'prisma_partition', '')  -- the probe of maxWriteLatency
   * ```
   * Takes ACCESS SHARE on the table that the application uses. Costs what copying the table and building its indexes
   * costs. Throws SINGLE_CONNECTION where one connection is to run several workers,
   * INVALID_OPTION, REPLICA_LAG_UNKNOWN. Inside a transaction all of it is one transaction: use it on small tables only.
   */
  backfill(options?: BackfillOptions): Promise<BackfillResult>;

  /**
   * Compares both tables, exactly, under live writes: rows by partition, in one snapshot, and properties. Names the rows
   * that differ, and copies them anew with `repair`.
   *
   * ```sql
   * SELECT … FROM prisma_partition.digest($1, …);                  -- side by side, or prisma_partition.verify($1)
   * SELECT … FROM prisma_partition.differences($1, $2, $3);
   * SELECT … FROM prisma_partition.parity($1)
   * ```
   * Takes ACCESS SHARE; costs some 22 × count(*) of both tables. Throws NOT_READY while rows are loaded,
   * NOTHING_TO_COMPARE at stage cleanup, INVALID_OPTION, or the signal's reason.
   */
  verify(options?: VerifyOptions): Promise<VerifyReport<B>>;

  /**
   * Every partition with bounds (`lower` inclusive, `upper` exclusive, instants in UTC), estimated rows and bytes, in the
   * order of the bounds, the default partition last.
   *
   * ```sql
   * SELECT … FROM prisma_partition.list_partitions($1)
   * ```
   * Takes no lock that blocks; reads the catalog and file sizes.
   */
  list(): Promise<Partition<B>[]>;

  /**
   * What the scheduled maintenance does, now: rows out of the default partition, partitions ahead, expired ones detached or
   * dropped.
   *
   * ```sql
   * SELECT prisma_partition.maintain($1, $2)
   * ```
   * Takes ACCESS EXCLUSIVE on the partitioned table, in attempts of 50 ms, from the first partition that is made, filled or
   * expired to the end. Throws TABLE_BUSY where a runner held the table for ten seconds on end.
   */
  maintain(): Promise<MaintainResult>;

  /**
   * Makes sure that keys from `from`, inclusive, to `to`, exclusive, have partitions of their own: before rows of another
   * time are imported, say.
   *
   * ```sql
   * SELECT prisma_partition.ensure_partitions($1, $2, $3, $4)
   * ```
   * Locks and errors as `maintain`, and INVALID_OPTION.
   */
  ensure(range: EnsureRange<B>): Promise<MaintainResult>;

  /**
   * What is wrong with the table, and the command that mends it; `ok` if nothing is.
   *
   * ```sql
   * SELECT … FROM prisma_partition.list_partitions($1)  -- and some 25 queries more, one after the other, on catalogs
   * ```
   * Writes nothing, takes ACCESS SHARE at most. The default partition and the change log are counted, so it costs what
   * scanning them costs. Role: `pg_monitor`; what that may not read becomes a finding. Not inside a transaction, which the
   * first check that fails would end.
   */
  health(): Promise<Health>;
}

export function createHandle<B extends Bound>(executor: Executor, definition: PartitionDefinition): PartitionHandle<B> {
  const { model, bound } = definition;
  const find = async () => {
    const table = await findTable(executor, model);
    assertBound(table, bound);
    return table;
  };
  // assertBound has made sure that bounds are B.
  return Object.freeze({
    model,
    async progress() {
      const table = await find();
      const progress = await readProgress(executor, table.id);
      if (progress === null) throw new UnknownModelError(model, [], null);
      return { ...progress, jobs: await readJobs(executor, table.id) };
    },
    backfill: async (options?: BackfillOptions) => backfillTable(executor, await find(), options),
    verify: async (options?: VerifyOptions) => (await verifyTable(executor, await find(), options)) as VerifyReport<B>,
    list: async () => (await listPartitions(executor, await find())) as Partition<B>[],
    maintain: async () => maintainTable(executor, await find()),
    ensure: async (range: EnsureRange<B>) => ensurePartitions(executor, await find(), range),
    health: async () => readHealth(executor, await find()),
  });
}
