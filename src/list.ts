import { BoundMismatchError } from "./errors.ts";
import type { Executor } from "./executor.ts";
import type { Table } from "./find-table.ts";
import { parseInstant } from "./instant.ts";
import { select } from "./select.ts";

/** What a bound is in JavaScript: a Date (UTC) for time keys and time-ordered ids, a bigint for integers. */
export type Bound = Date | bigint;

/** One partition. `lower` is inclusive, `upper` exclusive; both null for the default partition. */
export interface Partition<B extends Bound = Bound> {
  /** Qualified name. */
  readonly name: string;
  readonly isDefault: boolean;
  readonly lower: B | null;
  readonly upper: B | null;
  readonly rowsEstimated: bigint;
  /** Heap, TOAST and indexes, in bytes. */
  readonly totalBytes: bigint;
}

const columns = {
  partition: "text",
  isDefault: "boolean",
  lower: "text?",
  upper: "text?",
  rowsEstimated: "bigint?",
  totalBytes: "bigint?",
} as const;

/** `SELECT … FROM prisma_partition.list_partitions($1)`: every partition, in the order of its lower bound. */
export async function listPartitions(executor: Executor, table: Table): Promise<Partition[]> {
  const rows = await select(executor, columns, "FROM prisma_partition.list_partitions($1::integer)", [table.id]);
  return rows.map((row) => ({
    name: row.partition,
    isDefault: row.isDefault,
    lower: parseBound(table, row.lower),
    upper: parseBound(table, row.upper),
    rowsEstimated: row.rowsEstimated ?? 0n,
    totalBytes: row.totalBytes ?? 0n,
  }));
}

/** Null stays null: the default partition has no bounds. */
export function parseBound(table: Table, text: string | null): Bound | null {
  if (text === null) return null;
  return table.bound === "integer" ? BigInt(text) : parseInstant(text);
}

/** Throws BOUND_MISMATCH if bounds are not what the generated module promises. */
export function assertBound(table: Table, expected: "time" | "integer"): void {
  if (table.bound !== expected) throw new BoundMismatchError(table.model, expected, table.bound);
}
