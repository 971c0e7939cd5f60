import { DatabaseError } from "./database-error.ts";
import { InvalidOptionError, TableBusyError } from "./errors.ts";
import type { Executor } from "./executor.ts";
import type { Table } from "./find-table.ts";
import type { Bound } from "./list.ts";
import { pause } from "./retry.ts";
import { select } from "./select.ts";

/** What a round of maintenance, or a call of `ensure`, did. */
export interface MaintainResult {
  /** Partitions that were not there before. */
  readonly created: number;
}

/** Keys from `from`, inclusive, to `to`, exclusive. Instants are taken in UTC. */
export interface EnsureRange<B extends Bound = Bound> {
  readonly from: B;
  readonly to: B;
}

/** A runner holds the table for a unit of work at a time: that long, and the next may be quicker than we are. */
const attempts = 40;
const pauseMs = 250;

/**
 * Moves rows out of the default partition, makes partitions ahead, and detaches or drops expired ones: what the scheduled
 * job does, now.
 *
 * ```sql
 * SELECT prisma_partition.maintain($1, $2)
 * ```
 * Locks: the parent ACCESS EXCLUSIVE from the first partition that is made, filled or expired to the end, had in attempts
 * of 50 ms. Throws TABLE_BUSY where a runner held the table for ten seconds on end.
 */
export async function maintainTable(executor: Executor, table: Table): Promise<MaintainResult> {
  const call = "FROM prisma_partition.maintain($1::text, $2::text) AS created";
  return untilFree(executor, table, call, [table.schema, table.table]);
}

/**
 * Makes sure that every key of a range has a partition of its own, such as before rows of another time are imported. The
 * partitions are those of the annotated interval; what is there already stays as it is.
 *
 * ```sql
 * SELECT prisma_partition.ensure_partitions($1, $2, $3, $4)
 * ```
 * Locks and errors as {@link maintainTable}; INVALID_OPTION where the range is empty, takes more than
 * 5000 partitions, or its bounds are of the wrong type.
 */
export async function ensurePartitions(
  executor: Executor,
  table: Table,
  { from, to }: EnsureRange,
): Promise<MaintainResult> {
  const [lower, upper] = [point(table, "from", from), point(table, "to", to)];
  if (!(from < to)) throw new InvalidOptionError("to", `after from (${lower})`, upper);
  const call = "FROM prisma_partition.ensure_partitions($1::text, $2::text, $3::text, $4::text) AS created";
  try {
    return await untilFree(executor, table, call, [table.schema, table.table, lower, upper]);
  } catch (error) {
    // What is too much depends on the table's interval, which the database knows.
    if (error instanceof DatabaseError && error.message.endsWith("would be more than 5000")) {
      throw new InvalidOptionError("to", "so near to from that there are at most 5000 partitions between them", upper);
    }
    throw error;
  }
}

/** A bound as the SQL functions take it. */
function point(table: Table, option: string, bound: Bound): string {
  if (table.bound === "integer") {
    if (typeof bound === "bigint") return String(bound);
    throw new InvalidOptionError(option, "a bigint", bound);
  }
  if (bound instanceof Date && !Number.isNaN(bound.getTime())) return bound.toISOString();
  throw new InvalidOptionError(option, "a valid Date", bound);
}

/** Calls again while the answer is null. */
async function untilFree(executor: Executor, table: Table, call: string, params: string[]): Promise<MaintainResult> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const [row] = await select(executor, { created: "integer?" }, call, params);
    if (row?.created !== null && row?.created !== undefined) return { created: row.created };
    await pause(pauseMs, new AbortController().signal);
  }
  throw new TableBusyError(table.model);
}
