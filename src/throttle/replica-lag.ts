import { ReplicaLagUnknownError } from "../errors.ts";
import type { Executor } from "../executor.ts";
import { select } from "../select.ts";

const columns = { written: "bigint", replayed: "bigint?" } as const;

/** Positions as bytes since the beginning of the log, one row per replica or subscriber; pg_receivewal replays nothing. */
const from = `FROM (
  SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint AS written, pg_wal_lsn_diff(replay_lsn, '0/0')::bigint AS replayed
  FROM pg_stat_replication WHERE state IS NULL OR state = 'streaming' AND replay_lsn IS NOT NULL) AS replicas`;

/** How far back positions are remembered: a replica further behind is at least this far behind. */
const memoryMs = 3_600_000;
const sampleMs = 200;

/**
 * A function that tells by how many seconds the slowest streaming replica is behind in replaying; 0 where there is none.
 *
 * `pg_stat_replication.replay_lag` stays what it was when a replica stops replaying. So positions of the log are remembered
 * with the time at which they were written, and a replica is as far behind as the position is old that it has reached.
 * Before the first position is that old, the lag counts from the first call.
 *
 * ```sql
 * SELECT pg_current_wal_lsn(), replay_lsn FROM pg_stat_replication WHERE state = 'streaming'
 * ```
 * Throws REPLICA_LAG_UNKNOWN where the role may not see it.
 */
export function readReplicaLag(): (executor: Executor) => Promise<number> {
  let seen: { position: bigint; at: number }[] = [];
  return async (executor) => {
    const now = performance.now();
    const replicas = await select(executor, columns, from);
    const written = replicas[0]?.written;
    if (written === undefined) return 0;
    const before = seen.at(-2);
    if (seen.at(-1)?.position !== written) {
      // The newest is always there, and takes the place of the last one where both lie within a fifth of a second.
      if (before && now - before.at < sampleMs) seen.pop();
      seen.push({ position: written, at: now });
    }
    const behind = replicas.map(({ replayed }) => {
      if (replayed === null) throw new ReplicaLagUnknownError(); // its state is hidden, too
      // What was written after the position that the replica has reached has waited since then.
      const waiting = seen.find(({ position }) => position > replayed);
      return waiting === undefined ? 0 : (now - waiting.at) / 1000;
    });
    const reached = replicas.reduce(
      (least, { replayed }) => (replayed !== null && replayed < least ? replayed : least),
      written,
    );
    seen = seen.filter(
      ({ position, at }, index) => (position > reached || index === seen.length - 1) && now - at < memoryMs,
    );
    return Math.max(...behind);
  };
}
