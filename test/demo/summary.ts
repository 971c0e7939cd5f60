import type pg from "pg";

/** The last line of `npm run demo -- --json`. */
export interface Summary {
  /** Rows in the partitioned table at the end. */
  readonly rows: number;
  /** Rows loaded, indexed and settled, by the time from the first unit of that work to the last. */
  readonly backfillRowsPerSecond: number;
  readonly failedWrites: number;
  readonly differences: number;
  /** From the lock request to the end of the swap. */
  readonly cutoverLockMs: number;
  /** The longest statement of a writer while the cutover was being deployed. */
  readonly longestWriterStallMs: number;
  readonly drift: boolean;
  /** Without the default partition. */
  readonly partitions: number;
  readonly defaultRows: number;
}

type Measured = Pick<Summary, "failedWrites" | "differences" | "longestWriterStallMs" | "drift">;

export async function summarize(client: pg.Client, measured: Measured): Promise<Summary> {
  const { rows } = await client.query<{
    rows: string;
    rate: number;
    lock: number;
    partitions: number;
    default_rows: string;
  }>(
    `SELECT (SELECT count(*) FROM billing.event_transactions) AS rows,
       (SELECT sum(b.rows) FILTER (WHERE b.step = 'load') / extract(epoch FROM max(b.finished_at) - min(b.started_at))
        FROM prisma_partition.batches b WHERE b.step IN ('load', 'settle', 'index'))::float8 AS rate,
       p.swap_lock_ms AS lock, p.partitions - 1 AS partitions, p.default_rows
     FROM prisma_partition.progress p`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error("no table is registered");
  return {
    rows: Number(row.rows),
    backfillRowsPerSecond: Math.round(row.rate),
    failedWrites: measured.failedWrites,
    differences: measured.differences,
    cutoverLockMs: tenths(row.lock),
    longestWriterStallMs: tenths(measured.longestWriterStallMs),
    drift: measured.drift,
    partitions: row.partitions,
    defaultRows: Number(row.default_rows),
  };
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
