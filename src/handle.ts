import { type BackfillOptions, type BackfillResult, backfillTable } from "./backfill.ts";
import { UnknownModelError } from "./errors.ts";
import type { Executor } from "./executor.ts";
import { findTable } from "./find-table.ts";
import { type Health, readHealth } from "./health/health.ts";
import { assertBound, type Bound, listPartitions, type Partition } from "./list.ts";
import { type Progress, readProgress } from "./progress.ts";
import { type VerifyOptions, type VerifyReport, verifyTable } from "./verify.ts";

/** What the generated module says about one model. */
export interface PartitionDefinition {
  /** The Prisma model's name. */
  readonly model: string;
  /** What a bound is: an instant (Date) or a whole number (bigint). */
  readonly bound: "time" | "integer";
}

/** Everything that can be asked of one partitioned model. Every method looks the table up anew, and holds no state. */
export interface PartitionHandle<B extends Bound = Bound> {
  readonly model: string;
  /** Where the table stands. `SELECT … FROM prisma_partition.progress WHERE table_id = $1`; takes no lock that blocks. */
  progress(): Promise<Progress>;
  /** Copies rows until the backfill is complete, or until the signal stops it. See {@link backfillTable}. */
  backfill(options?: BackfillOptions): Promise<BackfillResult>;
  /** Compares both tables, row by row where they differ. `SELECT … FROM prisma_partition.verify($1)`; ACCESS SHARE. */
  verify(options?: VerifyOptions): Promise<VerifyReport<B>>;
  /** Every partition with bounds, size and rows. `SELECT … FROM prisma_partition.list_partitions($1)`. */
  list(): Promise<Partition<B>[]>;
  /**
   * What is wrong with the table, and the command that mends it; `ok` if nothing is. Some 25 queries one after the other,
   * such as `SELECT … FROM prisma_partition.list_partitions($1)`, on catalogs and statistics; the default partition and the
   * change log are counted, so it costs what scanning them costs. Writes nothing, takes ACCESS SHARE at most. Role:
   * `pg_monitor`. Not inside a transaction, which the first check that fails would end. See {@link readHealth}.
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
      const progress = await readProgress(executor, (await find()).id);
      if (progress === null) throw new UnknownModelError(model, [], null);
      return progress;
    },
    backfill: async (options?: BackfillOptions) => backfillTable(executor, await find(), options),
    verify: async (options?: VerifyOptions) => (await verifyTable(executor, await find(), options)) as VerifyReport<B>,
    list: async () => (await listPartitions(executor, await find())) as Partition<B>[],
    health: async () => readHealth(executor, await find()),
  });
}
