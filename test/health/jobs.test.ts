/** pg_cron's jobs: missing, switched off, altered, failing, orphaned, and without pg_cron. */
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { run } from "../../src/cli/main.ts";
import { toExecutor } from "../../src/executor.ts";
import { readHealth } from "../../src/health/health.ts";
import type { Conversion } from "../support/convert.ts";
import { captureTerminal } from "../unit/cli/capture.ts";
import { alarms, everyServer, extensionServers, findings, found, mend, prepare } from "./support.ts";

test.each(everyServer.filter(({ extensions }) => !extensions))("$name: nothing is asked of pg_cron", async (server) => {
  const c = await prepare(server, { scheduler: "auto" });
  try {
    await c.setup();
    await c.maintain();
    expect(await findings(c)).toEqual([]);
    await c.query("UPDATE prisma_partition.tables SET scheduler = 'pg_cron'");
    expect((await findings(c)).map(({ code }) => code)).toEqual(["scheduler-missing"]);
  } finally {
    await c.drop();
  }
});

// One database for all: pg_cron works in one only, and taking that down costs seconds.
describe.each(extensionServers)("$name", (server) => {
  let c: Conversion;
  beforeAll(async () => {
    c = await prepare(server, { scheduler: "pg_cron", schedule: { backfill: "0 0 1 1 *", maintenance: "0 0 * * *" } });
    await c.convert();
    expect(await alarms(c)).toEqual([]);
    return () => c.drop();
  });

  const maintenance = "prisma_partition maintenance app.events";
  const backfill = "prisma_partition backfill app.events";

  test("job-missing", async () => {
    await c.query("SELECT cron.unschedule($1::text)", [maintenance]);
    expect(await mend(c, "job-missing")).toMatchObject({
      severity: "error",
      subject: maintenance,
      command: "SELECT prisma_partition.schedule_jobs(1);",
    });
    expect(await alarms(c)).toEqual([]);
  });

  test("job-inactive", async () => {
    await c.query("UPDATE cron.job SET active = false WHERE jobname = $1", [backfill]);
    expect(await mend(c, "job-inactive")).toMatchObject({
      command: expect.stringMatching(/^SELECT cron\.alter_job\(\d+, active := true\);$/),
    });
    expect(await alarms(c)).toEqual([]);
  });

  test("job-altered", async () => {
    await c.query("UPDATE cron.job SET schedule = '1 1 * * *', database = 'postgres' WHERE jobname = $1", [
      maintenance,
    ]);
    expect(await mend(c, "job-altered")).toMatchObject({
      severity: "warning",
      what: `The job "${maintenance}" was altered: its schedule is 1 1 * * *, not 0 0 * * *; its database is postgres, not prisma_partition_test.`,
    });
    await c.query("UPDATE cron.job SET command = 'SELECT 1' WHERE jobname = $1", [backfill]);
    expect(await mend(c, "job-altered")).toMatchObject({ command: "SELECT prisma_partition.schedule_jobs(1);" });
    expect(await alarms(c)).toEqual([]);
  });

  test("status: a scheduled job is somebody who comes, one that is switched off is not", async () => {
    const runner = async () => {
      const { terminal, written } = captureTerminal();
      expect(await run(["status", "--json", "--url", c.url], terminal)).toBe(0);
      return JSON.parse(written.out)[0].runner;
    };
    await expect.poll(runner, { timeout: 15_000 }).toBe("pg_cron"); // the conversion's own work is over
    await c.query("UPDATE cron.job SET active = false WHERE jobname = $1", [backfill]);
    expect(await runner()).toBe("none");
    await c.query("UPDATE cron.job SET active = true WHERE jobname = $1", [backfill]);
    expect(await runner()).toBe("pg_cron");
  });

  test("orphan-job", async () => {
    await c.query("SELECT cron.schedule('prisma_partition backfill app.letters', '0 0 1 1 *', 'SELECT 1')");
    expect(await mend(c, "orphan-job")).toMatchObject({
      severity: "warning",
      command: expect.stringMatching(/^SELECT cron\.unschedule\(\d+\);$/),
    });
    expect(await alarms(c)).toEqual([]);
  });

  test("job-failed: pg_cron runs it, and it fails", async () => {
    const seconds = await c.value<boolean>("SELECT extversion >= '1.5' FROM pg_extension WHERE extname = 'pg_cron'");
    if (seconds) {
      const id = await c.value("SELECT jobid FROM cron.job WHERE jobname = $1", [maintenance]);
      await c.query("SELECT cron.alter_job($1, schedule := '1 seconds', command := 'SELECT 1/0')", [id]);
      const deadline = Date.now() + 60_000;
      while ((await c.query("SELECT FROM cron.job_run_details WHERE status = 'failed'")).length === 0) {
        if (Date.now() > deadline) throw new Error("pg_cron did not run the job");
        await sleep(200);
      }
      await c.query("SELECT prisma_partition.schedule_jobs(1)");
      await sleep(1500); // a run that had begun
    } else {
      // 1.4 starts jobs at the full minute only: a run as it records them.
      await c.query(
        `INSERT INTO cron.job_run_details (jobid, runid, status, return_message, start_time, end_time)
         SELECT jobid, nextval('cron.runid_seq'), 'failed', 'ERROR:  division by zero', clock_timestamp(), clock_timestamp() FROM cron.job WHERE jobname = $1`,
        [maintenance],
      );
    }
    expect(await mend(c, "job-failed")).toMatchObject({
      severity: "error",
      what: expect.stringMatching(
        /^The job "prisma_partition maintenance app\.events" failed at .*: ERROR: +division by zero/,
      ),
      command: "npx prisma-partition maintain Event",
    });
    expect(await alarms(c)).toEqual([]);
  });

  test("check-failed: pg_cron hides the jobs of others", async () => {
    await c.query("DROP ROLE IF EXISTS doctor_other");
    await c.query("CREATE ROLE doctor_other LOGIN IN ROLE pg_monitor, pg_read_all_data");
    try {
      const other = await c.connect([], "doctor_other");
      const look = async () => (await readHealth(toExecutor(other), { id: 1, model: "Event" })).findings;
      const failed = (await look()).find(({ subject }) => subject === "job-missing");
      expect(failed).toMatchObject({ code: "check-failed", command: 'ALTER ROLE "doctor_other" BYPASSRLS;' });
      await c.query(failed?.command ?? "");
      expect((await look()).map(({ code }) => code)).toEqual(["old-table-kept"]);
      await other.end();
    } finally {
      await c.query("DROP OWNED BY doctor_other; DROP ROLE doctor_other");
    }
  });

  test("orphan-job: the job that a table needs no more", async () => {
    await c.cleanup(null);
    expect(await findings(c)).toEqual([]);
    await c.query("SELECT cron.schedule($1, '0 0 1 1 *', 'SELECT 1')", [backfill]);
    await mend(c, "orphan-job");
  });

  test("scheduler-missing", async () => {
    await c.query("DROP EXTENSION pg_cron");
    expect(await mend(c, "scheduler-missing")).toMatchObject({
      severity: "error",
      command: "CREATE EXTENSION pg_cron;\nSELECT prisma_partition.schedule_jobs(1);",
    });
    expect(await found(c, "job-missing")).toBeUndefined();
    expect(await alarms(c)).toEqual([]);
  });
});
