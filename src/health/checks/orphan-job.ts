import { installationCheck, installationQuery } from "../check.ts";
import { sql } from "../command.ts";

const orphans = installationQuery({
  columns: { jobId: "bigint", name: "text" },
  sql: `
  SELECT j.jobid AS job_id, j.jobname AS name FROM cron.job j
  WHERE j.jobname LIKE 'prisma\\_partition %' AND j.database = current_database()
    AND j.jobname NOT IN (SELECT e.name FROM prisma_partition.tables t, prisma_partition.jobs_of(t) e)
  ORDER BY j.jobid`,
});

export const orphanJob = installationCheck({
  code: "orphan-job",
  severity: "warning",
  title: "a job of a table that is not registered any more, or needs it no more",
  why: "It fails every time, or does twice what somebody else does.",
  reads: "cron.job",
  needs: "pg_cron",
  query: orphans,
  find: (rows) =>
    rows.map(({ jobId, name }) => ({
      subject: name,
      what: `The job "${name}" belongs to no table that pg_cron works on.`,
      ...sql(`SELECT cron.unschedule(${jobId})`),
    })),
});
