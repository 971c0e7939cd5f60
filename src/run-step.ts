import type { Executor } from "./executor.ts";
import { select } from "./select.ts";

/** What one unit of work did. `idle`: the backfill is complete and the log is drained for now. */
export interface Unit {
  readonly step: string;
  readonly rows: bigint;
  readonly state: "worked" | "waiting" | "idle";
}

const columns = { step: "text?", rows: "bigint?", state: "text" } as const;

/**
 * Does one unit of work, which is one statement and so one transaction (unless the connection is inside one).
 *
 * ```sql
 * SELECT step, rows, state FROM prisma_partition.run_step($1)
 * ```
 */
export async function runStep(executor: Executor, tableId: number): Promise<Unit> {
  const rows = await select(executor, columns, "FROM prisma_partition.run_step($1::integer)", [tableId]);
  const unit = rows[0];
  return { step: unit?.step ?? "", rows: unit?.rows ?? 0n, state: (unit?.state ?? "idle") as Unit["state"] };
}

/**
 * Notes an error where `progress` shows it, if that can still be done: the error itself matters more, so a failure to
 * note it is not thrown. `SELECT prisma_partition.record_error($1, $2)`.
 */
export async function recordError(executor: Executor, tableId: number, error: unknown): Promise<void> {
  if (executor.transaction) return;
  const message = error instanceof Error ? error.message : String(error);
  const sql = "SELECT prisma_partition.record_error($1::integer, $2::text)::text";
  await executor.query(sql, [tableId, message]).catch(() => undefined);
}
