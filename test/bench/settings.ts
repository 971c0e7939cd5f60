import { totalmem } from "node:os";

/** Gigabytes: a quarter of the machine's memory, as PostgreSQL's manual has it for a dedicated server. */
const sharedBuffers = Math.max(1, Math.floor(totalmem() / 2 ** 30 / 4));

/**
 * The benchmark's server: durable files, memory as one would give a dedicated machine, and no flush per commit.
 * With synchronous_commit a single-row write costs the disk's flush, beside which no trigger is seen; without it what is
 * measured is the work, which is the stricter comparison for us. No checkpoint falls into a run by its size.
 */
export const SERVER_SETTINGS: Record<string, string> = {
  fsync: "on",
  full_page_writes: "on",
  synchronous_commit: "off",
  shared_buffers: `${sharedBuffers}GB`,
  effective_cache_size: `${sharedBuffers * 2}GB`,
  work_mem: "16MB",
  maintenance_work_mem: "256MB",
  wal_buffers: "16MB",
  max_wal_size: "16GB",
  min_wal_size: "2GB",
  checkpoint_timeout: "30min",
  random_page_cost: "1.1",
  // 1000 partitions with ten indexes are locked at once at cutover.
  max_locks_per_transaction: "512",
};

/** Shown beside every result, as the server says them. */
export const SHOWN_SETTINGS = [
  ...Object.keys(SERVER_SETTINGS),
  "wal_level",
  "jit",
  "autovacuum",
  "max_connections",
  "max_parallel_workers_per_gather",
  "max_parallel_maintenance_workers",
];
