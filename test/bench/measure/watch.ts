import type pg from "pg";
import { sampleWhile } from "./sample-while.ts";

export interface Run {
  readonly seconds: number;
  /** Difference of pg_current_wal_lsn(): what the whole server wrote meanwhile, a load beside it included. */
  readonly walBytes: number;
  /** Largest pg_database_size seen, less that at the start. */
  readonly extraDiskBytes: number;
}

/**
 * Times some work and watches what it costs the server. `watch` is a connection that the work does not use.
 *
 * ```sql
 * SELECT pg_database_size(current_database())            -- every 200 ms
 * SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), $1)
 * ```
 */
export async function watchRun(watch: pg.Client, work: () => Promise<unknown>): Promise<Run> {
  const size = async () => number(await watch.query("SELECT pg_database_size(current_database()) AS value"));
  const before = await size();
  const { rows } = await watch.query<{ lsn: string }>("SELECT pg_current_wal_lsn()::text AS lsn");
  let largest = before;
  let seconds = Number.NaN;
  const timed = async () => {
    const started = performance.now();
    await work();
    seconds = (performance.now() - started) / 1000;
  };
  await sampleWhile(timed, 200, async () => {
    largest = Math.max(largest, await size());
  });
  const walBytes = number(
    await watch.query("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), $1::pg_lsn) AS value", [rows[0]?.lsn]),
  );
  return { seconds, walBytes, extraDiskBytes: largest - before };
}

function number({ rows }: pg.QueryResult<{ value: string }>): number {
  return Number(rows[0]?.value);
}
