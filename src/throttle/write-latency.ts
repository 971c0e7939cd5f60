import type { Executor } from "../executor.ts";

/** Cast, because drivers do not know the type of a position in the log. */
const sql = "SELECT pg_logical_emit_message(true, 'prisma_partition', '')::text";

/**
 * Milliseconds that a small write takes from here, commit included: a transaction of its own that writes a message of no
 * content to the log.
 *
 * ```sql
 * SELECT pg_logical_emit_message(true, 'prisma_partition', '')
 * ```
 * It waits for what every write waits for: the processor, the log and its flush, synchronous replicas (as the connection's
 * `synchronous_commit` has it), and the way there and back; in a pool that has no connection to spare for that one, too. It
 * does not wait for locks or pages of any table. Costs a transaction id and some 110 bytes of WAL; needs no table and no
 * privilege. Subscribers do not get it, but those that decode messages.
 */
export async function probeWriteLatency(executor: Executor): Promise<number> {
  const started = performance.now();
  await executor.query(sql);
  return performance.now() - started;
}
