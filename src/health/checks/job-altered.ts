import { tableCheck } from "../check.ts";
import { literal, sql } from "../command.ts";
import { jobs } from "./job-missing.ts";

export const jobAltered = tableCheck({
  code: "job-altered",
  severity: "warning",
  title: "a job is not what it was scheduled as",
  why: "It runs at another time, elsewhere, or something else than the annotation says. (A schedule that is meant to be another is changed there.)",
  reads: "cron.job, cron.job_run_details",
  needs: "pg_cron",
  query: jobs,
  find: (rows, table) =>
    rows.flatMap((job) => {
      if (job.jobId === null) return [];
      const differences = [
        ["schedule", job.jobSchedule, job.schedule],
        ["command", job.jobCommand, job.command],
        ["database", job.jobDatabase, job.database],
        ["node", job.node, job.wantedNode ?? job.node],
      ].filter(([, is, wanted]) => is !== wanted);
      if (differences.length === 0) return [];
      const words = differences.map(([what, is, wanted]) => `its ${what} is ${is}, not ${wanted}`).join("; ");
      const database =
        job.jobDatabase === job.database
          ? []
          : [`SELECT cron.alter_job(${job.jobId}, database := ${literal(job.database)})`];
      return [
        {
          subject: job.name,
          what: `The job "${job.name}" was altered: ${words}.`,
          ...sql(...database, `SELECT prisma_partition.schedule_jobs(${table.id})`),
        },
      ];
    }),
});
