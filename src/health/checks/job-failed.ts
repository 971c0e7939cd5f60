import { tableCheck } from "../check.ts";
import { cli } from "../command.ts";
import { instant } from "../words.ts";
import { jobs } from "./job-missing.ts";

export const jobFailed = tableCheck({
  code: "job-failed",
  severity: "error",
  title: "the last run of a job failed",
  why: "What it had to do was not done, and will fail again until the cause is mended. Run by hand, it shows the whole error.",
  reads: "cron.job, cron.job_run_details",
  needs: "pg_cron",
  query: jobs,
  find: (rows, table) =>
    rows.flatMap(({ name, kind, runStatus, runMessage, runStartedAt, lastBatchAt }) => {
      // Since then somebody has done it otherwise.
      const done = kind === "maintenance" ? table.maintainedAt : lastBatchAt;
      if (runStatus !== "failed" || (done !== null && runStartedAt !== null && done > runStartedAt)) return [];
      return [
        {
          subject: name,
          what: `The job "${name}" failed${runStartedAt === null ? "" : ` at ${instant(runStartedAt)}`}: ${runMessage?.trim() ?? "no message"}`,
          ...cli(kind === "maintenance" ? "maintain" : "backfill", table),
        },
      ];
    }),
});
