import { type Executor, isPooled, type PooledExecutor } from "../executor.ts";
import type { Table } from "../find-table.ts";
import { type Bound, listPartitions, parseBound } from "../list.ts";
import { select } from "../select.ts";
import { type Digests, nothing, readDigests } from "./digest.ts";

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

/** How much of both tables has been read. */
export interface VerifyProgress {
  /** 0 to 1, by bytes. */
  readonly fraction: number;
  /** Of both tables together. */
  readonly rows: bigint;
}

export interface CompareOptions {
  /** Sessions that read side by side. */
  readonly workers: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: VerifyProgress) => void;
}

/**
 * Compares both sides of a table, partition by partition, by counts and sums of row hashes, in one snapshot. `then` gets
 * the outcome and the session that holds the snapshot still, and may go on reading in it.
 *
 * With connections to spare, both tables are read in pieces by several sessions that share a snapshot; else in one
 * statement, which reports no progress and cannot be stopped.
 */
export async function compareTables<T>(
  executor: Executor,
  table: Table,
  options: CompareOptions,
  then: (session: Executor, partitions: VerifiedPartition[]) => Promise<T>,
): Promise<T> {
  options.signal?.throwIfAborted();
  if (isPooled(executor)) return compareInPieces(executor, table, options, then);
  const rows = await select(executor, partitionColumns, "FROM prisma_partition.verify($1::integer)", [table.id]);
  const partitions = rows.map(({ partition, lower, upper, ...counts }) => ({
    name: partition,
    lower: parseBound(table, lower),
    upper: parseBound(table, upper),
    ...counts,
  }));
  return then(executor, partitions);
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

/**
 * Why all sessions see the same. The first one locks both tables, ACCESS SHARE, before its snapshot is taken: LOCK TABLE as
 * the first statement of a transaction takes none. So no swap, no TRUNCATE comes and no partition comes or goes from then
 * on, and the snapshot sees every one that came before. The others import that snapshot. Where a swap came between the
 * reading of the names and the lock, other tables were locked than are compared: then it begins again.
 */
async function compareInPieces<T>(
  executor: PooledExecutor,
  table: Table,
  options: CompareOptions,
  then: (session: Executor, partitions: VerifiedPartition[]) => Promise<T>,
): Promise<T> {
  for (;;) {
    const lock = await readLock(executor, table);
    const outcome = await executor.readInSnapshot(async (session) => {
      await session.query(lock);
      if ((await readLock(session, table)) !== lock) return null;
      const digests = await readDigests(executor, session, table, options);
      return { result: await then(session, await readPartitions(session, table, digests)) };
    });
    if (outcome !== null) return outcome.result;
  }
}

/** The statement that locks what is compared: another one tells that other tables are. */
async function readLock(executor: Executor, table: Table): Promise<string> {
  const [row] = await select(executor, { lock: "text" }, "FROM prisma_partition.compare_lock($1::integer) AS lock", [
    table.id,
  ]);
  return row?.lock ?? "";
}

async function readPartitions(session: Executor, table: Table, digests: Digests): Promise<VerifiedPartition[]> {
  const from = "FROM prisma_partition.pending($1::integer)";
  const rows = await select(session, { partition: "text", rows: "bigint" }, from, [table.id]);
  const pending = new Map(rows.map((row) => [row.partition, row.rows]));
  return (await listPartitions(session, table)).map(({ name, lower, upper }) => {
    const [source, target] = [digests.source.get(name) ?? nothing, digests.target.get(name) ?? nothing];
    return {
      name,
      lower,
      upper,
      sourceRows: source.rows,
      targetRows: target.rows,
      pending: pending.get(name) ?? 0n,
      matches: source.rows === target.rows && source.hash === target.hash,
    };
  });
}
