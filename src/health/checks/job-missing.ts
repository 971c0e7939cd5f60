import { PartitionError } from "../../errors.ts";
import { tableCheck, tableQuery } from "../check.ts";
import { sql } from "../command.ts";

/** The jobs that the table ought to have, beside what pg_cron has under their names, and how each ended last. */
export const jobs = tableQuery({
  columns: {
    kind: "text",
    name: "text",
    schedule: "text",
    command: "text",
    database: "text",
    hidden: "boolean",
    jobId: "bigint?",
    jobSchedule: "text?",
    jobCommand: "text?",
    jobDatabase: "text?",
    active: "boolean?",
    node: "text?",
    wantedNode: "text?",
    runStatus: "text?",
    runMessage: "text?",
    runStartedAt: "instant?",
    lastBatchAt: "instant?",
  },
  sql: `
  SELECT e.kind, e.name, e.schedule, e.command, current_database() AS database, j.jobid AS job_id, j.schedule AS job_schedule,
    j.command AS job_command, j.database AS job_database, j.active, j.nodename AS node, t.cron_nodename AS wanted_node,
    -- pg_cron shows everybody his own jobs only.
    row_security_active('cron.job'::regclass) AND NOT EXISTS (
      SELECT FROM pg_namespace n WHERE n.nspname = 'prisma_partition' AND pg_has_role(n.nspowner, 'USAGE')) AS hidden,
    d.status AS run_status, d.return_message AS run_message, d.start_time AS run_started_at,
    (SELECT max(b.finished_at) FROM prisma_partition.batches b WHERE b.table_id = t.id) AS last_batch_at
  FROM prisma_partition.tables t CROSS JOIN LATERAL prisma_partition.jobs_of(t) e
  LEFT JOIN LATERAL (
    SELECT * FROM cron.job x WHERE x.jobname = e.name ORDER BY x.database = current_database() DESC, x.jobid LIMIT 1
  ) j ON true
  LEFT JOIN LATERAL (
    SELECT * FROM cron.job_run_details x WHERE x.jobid = j.jobid AND x.status IN ('succeeded', 'failed') ORDER BY x.runid DESC LIMIT 1
  ) d ON true
  WHERE t.id = $1::integer
  ORDER BY e.kind`,
});

export const jobMissing = tableCheck({
  code: "job-missing",
  severity: "error",
  title: "a job that pg_cron ought to run does not exist",
  why: "Nobody else does what it would do.",
  reads: "cron.job, cron.job_run_details",
  needs: "pg_cron",
  query: jobs,
  find(rows, table) {
    if (rows.some(({ jobId, hidden }) => jobId === null && hidden)) {
      throw new PartitionError("HIDDEN_JOBS", "pg_cron shows the jobs of other roles only to a role with BYPASSRLS.");
    }
    return rows
      .filter(({ jobId }) => jobId === null)
      .map(({ name, kind }) => ({
        subject: name,
        what: `The job "${name}" does not exist: the ${kind} of ${table.reference} is not run.`,
        ...sql(`SELECT prisma_partition.schedule_jobs(${table.id})`),
      }));
  },
});
