import { type Columns, decodeRow, type Row, selectList } from "./columns.ts";
import type { Executor } from "./executor.ts";

/** Runs `SELECT <columns> <from>` and gives back decoded rows. */
export async function select<const C extends Columns>(
  executor: Executor,
  columns: C,
  from: string,
  params: readonly unknown[] = [],
): Promise<Row<C>[]> {
  const rows = await executor.query<Record<string, string | null>>(`SELECT ${selectList(columns)} ${from}`, params);
  return rows.map((row) => decodeRow(columns, row));
}
