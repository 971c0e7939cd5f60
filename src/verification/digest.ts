import type { Executor, PooledExecutor } from "../executor.ts";
import type { Table } from "../find-table.ts";
import { select } from "../select.ts";
import type { CompareOptions } from "./compare.ts";

/** Rows of one partition and the sum of their hashes. */
export interface Digest {
  readonly rows: bigint;
  readonly hash: bigint;
}

/** By the partition's name. */
export interface Digests {
  readonly source: ReadonlyMap<string, Digest>;
  readonly target: ReadonlyMap<string, Digest>;
}

export const nothing: Digest = { rows: 0n, hash: 0n };

const pieceColumns = { relation: "text", ofSource: "boolean", fromBlock: "bigint", toBlock: "bigint" } as const;
type Piece = { relation: string; ofSource: boolean; fromBlock: bigint; toBlock: bigint };

/**
 * Reads both sides of a table, piece by piece, in the snapshot that `first` holds: there, and in up to `workers - 1` other
 * sessions that import it. Where the pool has fewer connections to spare, fewer read.
 *
 * ```sql
 * SELECT … FROM prisma_partition.digest_plan($1)
 * SELECT … FROM prisma_partition.digest($1, $2, $3, $4)  -- for each piece: ACCESS SHARE
 * ```
 */
export async function readDigests(
  executor: PooledExecutor,
  first: Executor,
  table: Table,
  { workers, signal, onProgress }: CompareOptions,
): Promise<Digests> {
  const plan = await select(first, pieceColumns, "FROM prisma_partition.digest_plan($1::integer)", [table.id]);
  const sums = { source: new Map<string, Digest>(), target: new Map<string, Digest>() };
  const total = blocksOf(plan);
  const left = [...plan];
  let done = 0;
  let rows = 0n;
  let failed = false;

  const readPieces = async (session: Executor): Promise<void> => {
    try {
      while (!failed) {
        signal?.throwIfAborted();
        const piece = left.shift();
        if (piece === undefined) return;
        const sum = sums[piece.ofSource ? "source" : "target"];
        for (const { partition, ...digest } of await readPiece(session, table, piece)) {
          sum.set(partition, add(sum.get(partition) ?? nothing, digest));
          rows += digest.rows;
        }
        done += blocksOf([piece]);
        onProgress?.({ fraction: done / total, rows });
      }
    } catch (error) {
      failed = true;
      throw error;
    }
  };

  const snapshot = workers > 1 ? await exportSnapshot(first) : "";
  const helping: Promise<void>[] = [];
  const helpers = Array.from({ length: Math.min(workers, plan.length) - 1 }, () =>
    executor.readInSnapshot(async (session) => {
      // A connection that was had too late has nothing left to read, and the snapshot may be gone.
      if (left.length === 0) return;
      await session.query(`SET TRANSACTION SNAPSHOT '${snapshot}'`);
      const reading = readPieces(session);
      helping.push(reading);
      await reading;
    }),
  );
  // One that could not even begin is a reader less, not an error: what it would have read, the others do.
  for (const helper of helpers) helper.catch(() => undefined);
  const outcomes = await Promise.allSettled([readPieces(first)]);
  outcomes.push(...(await Promise.allSettled(helping)));
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  return sums;
}

async function readPiece(session: Executor, table: Table, { relation, fromBlock, toBlock }: Piece) {
  const columns = { partition: "text", rows: "bigint", hash: "bigint" } as const;
  const from = "FROM prisma_partition.digest($1::integer, $2::text, $3::text::bigint, $4::text::bigint)";
  return select(session, columns, from, [table.id, relation, String(fromBlock), String(toBlock)]);
}

async function exportSnapshot(session: Executor): Promise<string> {
  const [row] = await select(session, { snapshot: "text" }, "FROM pg_export_snapshot() AS snapshot");
  return row?.snapshot ?? "";
}

function blocksOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { fromBlock, toBlock }) => sum + Number(toBlock - fromBlock), 0);
}

function add(a: Digest, b: Digest): Digest {
  return { rows: a.rows + b.rows, hash: a.hash + b.hash };
}
