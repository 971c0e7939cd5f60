import { closest } from "./closest.ts";
import { AmbiguousModelError, UnknownModelError } from "./errors.ts";
import type { Executor } from "./executor.ts";
import { select } from "./select.ts";

/** A table as the database knows it. */
export interface Table {
  readonly id: number;
  readonly model: string;
  readonly schema: string;
  readonly table: string;
  /** What a bound is: an instant, or a whole number. */
  readonly bound: "time" | "integer";
}

const columns = { id: "integer", model: "text", schemaName: "text", tableName: "text", keyKind: "text" } as const;

/**
 * Finds a table that is set up, by model name, `table` or `schema.table`.
 *
 * ```sql
 * SELECT id, model, schema_name, table_name, key_kind FROM prisma_partition.tables ORDER BY model, schema_name, table_name
 * ```
 * Throws UNKNOWN_MODEL with what there is, AMBIGUOUS_MODEL if two tables share the name, NOT_INSTALLED.
 */
export async function findTable(executor: Executor, name: string): Promise<Table> {
  const tables = await listTables(executor);
  const exact = tables.filter((table) => table.model === name);
  const found = exact.length > 0 ? exact : tables.filter((table) => name === table.table || name === qualified(table));
  const [first, second] = found;
  if (first === undefined) {
    const known = [...new Set(tables.map((table) => table.model))];
    throw new UnknownModelError(name, known, closest(name, known));
  }
  if (second !== undefined) throw new AmbiguousModelError(name, found.map(qualified));
  return first;
}

/** Every table that is set up, in name order. Throws NOT_INSTALLED. */
export async function listTables(executor: Executor): Promise<Table[]> {
  const rows = await select(executor, columns, "FROM prisma_partition.tables ORDER BY model, schema_name, table_name");
  return rows.map((row) => ({
    id: row.id,
    model: row.model,
    schema: row.schemaName,
    table: row.tableName,
    bound: row.keyKind === "integer" ? "integer" : "time",
  }));
}

function qualified(table: Table): string {
  return `${table.schema}.${table.table}`;
}
