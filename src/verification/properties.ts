import type { Executor } from "../executor.ts";
import { select } from "../select.ts";

/**
 * `same`; `missing`, `extra` or `differs` as seen from the live table; or `at cutover` (`at rollback`, once the table has
 * been cut over): not there yet, and brought by then without anybody's doing.
 */
export type PropertyState = "same" | "missing" | "extra" | "differs" | "at cutover" | "at rollback";

/** A property in which the two tables are not the same. */
export interface PropertyDifference {
  /** `index`, `column`, `grant`, … */
  readonly kind: string;
  /** Empty where a table has one only, such as its owner. */
  readonly name: string;
  readonly state: Exclude<PropertyState, "same">;
  /** The live table's definition; null if it has none. */
  readonly here: string | null;
  /** The other one's. */
  readonly there: string | null;
  /** SQL that makes the other table equal; null where it takes more than that. */
  readonly statement: string | null;
}

/** All properties of both tables: indexes, constraints, triggers, grants, … */
export interface VerifiedProperties {
  readonly counts: Readonly<Record<PropertyState, number>>;
  /** Those that are not `same`. */
  readonly differences: readonly PropertyDifference[];
}

const columns = {
  kind: "text",
  name: "text",
  state: "text",
  liveDefinition: "text?",
  otherDefinition: "text?",
  statement: "text?",
} as const;

/**
 * Compares what the two tables are, beside their rows.
 *
 * ```sql
 * SELECT … FROM prisma_partition.parity($1)
 * ```
 */
export async function compareProperties(executor: Executor, tableId: number): Promise<VerifiedProperties> {
  const rows = await select(executor, columns, "FROM prisma_partition.parity($1::integer)", [tableId]);
  const counts = { same: 0, missing: 0, extra: 0, differs: 0, "at cutover": 0, "at rollback": 0 };
  const differences: PropertyDifference[] = [];
  for (const { kind, name, statement, ...row } of rows) {
    const state = row.state as PropertyState;
    counts[state] += 1;
    if (state === "same") continue;
    differences.push({ kind, name, state, here: row.liveDefinition, there: row.otherDefinition, statement });
  }
  return { counts, differences };
}
