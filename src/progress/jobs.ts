import type { Executor } from "../executor.ts";
import { select } from "../select.ts";

/** One run of a job, as pg_cron remembers it. */
export interface JobRun {
  /** `succeeded`, `failed`, `running`, … */
  readonly state: string;
  /** What it returned, or its error. */
  readonly message: string | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** A job of pg_cron's. */
export interface Job {
  readonly job: "backfill" | "maintenance";
  /** As pg_cron takes it; in the time zone `cron.timezone`, which is GMT unless set. */
  readonly schedule: string;
  readonly active: boolean;
  /** The last runs, the latest first; none where it has not run yet. */
  readonly runs: readonly JobRun[];
}

const columns = {
  job: "text",
  schedule: "text",
  active: "boolean",
  state: "text?",
  message: "text?",
  startedAt: "instant?",
  finishedAt: "instant?",
} as const;

/**
 * The jobs of a table and their last five runs; empty where pg_cron is not used, or may not be looked at.
 *
 * ```sql
 * SELECT … FROM prisma_partition.job_history($1)
 * ```
 */
export async function readJobs(executor: Executor, tableId: number): Promise<Job[]> {
  const jobs = new Map<string, Job & { runs: JobRun[] }>();
  for (const row of await select(executor, columns, "FROM prisma_partition.job_history($1::integer)", [tableId])) {
    const { job, schedule, active, state, ...run } = row;
    const known = jobs.get(job) ?? { job: job as Job["job"], schedule, active, runs: [] };
    if (state !== null) known.runs.push({ state, ...run });
    jobs.set(job, known);
  }
  return [...jobs.values()];
}
