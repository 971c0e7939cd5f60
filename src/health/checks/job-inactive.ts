import { tableCheck } from "../check.ts";
import { sql } from "../command.ts";
import { jobs } from "./job-missing.ts";

export const jobInactive = tableCheck({
  code: "job-inactive",
  severity: "error",
  title: "a job is switched off",
  why: "Nobody else does what it would do.",
  reads: "cron.job, cron.job_run_details",
  needs: "pg_cron",
  query: jobs,
  find: (rows, table) =>
    rows
      .filter(({ active }) => active === false)
      .map(({ name, kind, jobId }) => ({
        subject: name,
        what: `The job "${name}" is not active: the ${kind} of ${table.reference} is not run.`,
        ...sql(`SELECT cron.alter_job(${jobId}, active := true)`),
      })),
});
