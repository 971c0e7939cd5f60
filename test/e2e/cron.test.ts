/**
 * pg_cron does all of it: after the deploy of the setup nobody calls anything, and the rows get copied; after that of the
 * cutover, the old table follows the new one.
 */
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { createPartitions } from "../../src/index.ts";
import { Conversion } from "../support/convert.ts";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";
import type { ProvidedServer } from "../support/global-setup.ts";
import { Project } from "../support/project.ts";
import { TEST_DATABASE } from "../support/servers/index.ts";
import { sharedInstallation } from "../support/shared-installation.ts";
import { atCutover, INIT, SCHEMA } from "./fixtures/orders.ts";

const ROWS = 5000;
const NODE = "127.0.0.1";

let installation: string;
beforeAll(async () => {
  installation = await sharedInstallation();
});

/** pg_cron runs jobs every few seconds since 1.5; before, every minute. */
async function knowsSeconds({ url }: ProvidedServer): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(
      `SELECT substring(default_version FROM '^1[.]([0-9]+)')::int >= 5 AS knows FROM pg_available_extensions WHERE name = 'pg_cron'`,
    );
    return rows[0].knows;
  } finally {
    await client.end();
  }
}

describe.each(inject("servers").filter(({ extensions }) => extensions))("$name", (server) => {
  let database: FreshDatabase;
  let project: Project;
  let client: pg.Client;
  let seconds: boolean;
  let schedule: string[];

  const rows = async (sql: string) => (await client.query(sql)).rows;

  async function until<Row>(what: string, sql: string, done: (rows: Row[]) => boolean): Promise<Row[]> {
    const deadline = Date.now() + 90_000;
    for (;;) {
      const found = (await rows(sql)) as Row[];
      if (done(found)) return found;
      if (Date.now() > deadline) throw new Error(`waited for ${what}, but: ${JSON.stringify(found)}`);
      await sleep(100);
    }
  }

  beforeAll(async () => {
    seconds = await knowsSeconds(server);
    schedule = seconds ? ["2 seconds", "3 seconds"] : ["* * * * *", "0 0 1 1 *"];
    database = await freshDatabase(server.url, TEST_DATABASE);
    project = await Project.create({ installation, url: database.url });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(INIT);
    await client.query(
      `INSERT INTO shop.orders (at, code)
       SELECT now() - n * interval '10 minutes', 'code ' || n FROM generate_series(1, ${ROWS}) n`,
    );
    await project.write("prisma/migrations/20260101000000_init/migration.sql", INIT);
    await project.writeSchema(
      SCHEMA.replace('/partition"\n', `/partition"\n  cronNodename = "${NODE}"\n`).replace(
        '["0 0 1 1 *", "0 0 1 1 *"]',
        `${JSON.stringify(schedule)}, batchSize: 500`,
      ),
    );
    await project.prisma(["migrate", "resolve", "--applied", "20260101000000_init"]);
    await project.prisma(["generate"]);
  }, 300_000);
  afterAll(async () => {
    await client?.end();
    await project?.remove();
    await database?.drop();
  });

  const jobs = () =>
    rows("SELECT jobid, jobname, schedule, command, nodename, database, active FROM cron.job ORDER BY jobname");
  const job = { jobid: expect.any(String), nodename: NODE, database: TEST_DATABASE, active: true };

  /** The runs of a job that have ended, oldest first. */
  const runs = (kind: "backfill" | "maintenance") => `
    SELECT d.status, d.return_message, d.command FROM cron.job_run_details d JOIN cron.job j USING (jobid)
    WHERE j.jobname = 'prisma_partition ${kind} shop.orders' AND d.end_time IS NOT NULL ORDER BY d.runid`;

  test("the deploy schedules two jobs", async () => {
    await project.prisma(["migrate", "deploy"]);
    expect(await jobs()).toEqual([
      {
        ...job,
        jobname: "prisma_partition backfill shop.orders",
        schedule: schedule[0],
        command: "CALL prisma_partition.work('shop', 'orders')",
      },
      {
        ...job,
        jobname: "prisma_partition maintenance shop.orders",
        schedule: schedule[1],
        command: "SELECT prisma_partition.maintain('shop', 'orders')",
      },
    ]);
  });

  test("nobody calls anything: the rows get copied", async () => {
    const [progress] = await until<{ rows_done: string; last_error: string | null }>(
      "the backfill",
      "SELECT * FROM prisma_partition.progress",
      ([table]) => (table as { ready?: boolean }).ready === true,
    );
    expect(progress).toMatchObject({ rows_done: String(ROWS), last_error: null });
    expect(await rows("SELECT count(*)::int AS rows FROM shop_partitioned.orders")).toEqual([{ rows: ROWS }]);
    const batches = await rows(
      `SELECT step, count(*)::int AS batches, bool_and(finished_at IS NOT NULL) AS finished, sum(rows)::int AS rows
       FROM prisma_partition.batches WHERE step = 'load' GROUP BY step`,
    );
    expect(batches).toEqual([{ step: "load", batches: expect.any(Number), finished: true, rows: ROWS }]);
    expect(batches[0].batches).toBeGreaterThanOrEqual(ROWS / 500);
    const ended = await until<{ status: string }>("the end of the run", runs("backfill"), (found) => found.length > 0);
    expect(ended[0]).toMatchObject({ status: "succeeded" });
    const { order } = createPartitions(client, { order: { model: "Order", bound: "time" } });
    expect((await order.progress()).jobs).toEqual([
      {
        job: "backfill",
        schedule: schedule[0],
        active: true,
        runs: expect.arrayContaining([
          { state: "succeeded", message: "CALL", startedAt: expect.any(Date), finishedAt: expect.any(Date) },
        ]),
      },
      { job: "maintenance", schedule: schedule[1], active: true, runs: expect.any(Array) },
    ]);
  });

  test("a partition that is missing comes back", async () => {
    // pg_partman's first round makes one more than were made at setup.
    if (seconds) await until("the maintenance", runs("maintenance"), (found) => found.length > 0);
    const [{ name }] = await rows(
      `SELECT max(inhrelid::regclass::text) AS name FROM pg_inherits
       WHERE inhparent = 'shop_partitioned.orders'::regclass AND inhrelid::regclass::text !~ 'default'`,
    );
    await client.query(`DROP TABLE ${name}`);
    if (!seconds) {
      // What the job would do at the time it is set to.
      const [{ command }] = await rows("SELECT command FROM cron.job WHERE jobname ~ 'maintenance'");
      expect((await rows(command))[0].maintain).toBeGreaterThanOrEqual(1);
    }
    await until<{ exists: boolean }>("the partition", `SELECT to_regclass('${name}') IS NOT NULL AS exists`, ([is]) =>
      Boolean(is?.exists),
    );
    expect(
      await rows("SELECT maintained_at > now() - interval '1 minute' AS now FROM prisma_partition.tables"),
    ).toEqual([{ now: true }]);
  });

  test("after the cutover the same jobs go on, and the old table follows", async () => {
    const before = await jobs();
    await project.editSchema(atCutover);
    await project.prisma(["generate"]);
    await project.prisma(["migrate", "deploy"]);
    expect(await jobs()).toEqual(before);

    await client.query(`
      INSERT INTO shop.orders (at, code) VALUES (now(), 'after the cutover');
      UPDATE shop.orders SET code = 'changed' WHERE id = 1;
      DELETE FROM shop.orders WHERE id = 2`);
    const different = `SELECT count(*)::int AS rows FROM (
      (TABLE shop.orders EXCEPT TABLE shop_old.orders) UNION ALL (TABLE shop_old.orders EXCEPT TABLE shop.orders)) x`;
    expect(await rows(different)).toEqual([{ rows: 4 }]);
    if (!seconds)
      await client.query((await rows("SELECT command FROM cron.job WHERE jobname ~ 'backfill'"))[0].command);
    await until("the old table", different, ([found]) => (found as { rows: number }).rows === 0);
    expect(await rows("SELECT log_entries::int, last_error FROM prisma_partition.progress")).toEqual([
      { log_entries: 0, last_error: null },
    ]);
  });

  test("every run succeeded, and none began before the one before it had ended", async () => {
    for (const kind of ["backfill", "maintenance"] as const) {
      const ended = await rows(runs(kind));
      if (seconds) expect(ended.length).toBeGreaterThan(1);
      expect(ended.filter(({ status }) => status !== "succeeded")).toEqual([]);
    }
    const overlapping = await rows(
      `SELECT a.*, b.* FROM cron.job_run_details a JOIN cron.job_run_details b
         ON a.jobid = b.jobid AND a.runid < b.runid AND b.start_time < a.end_time`,
    );
    expect(overlapping).toEqual([]);
  });
});

test.each(inject("servers"))("$name: of three calls at once, one does the work", async (server) => {
  const ddl = `CREATE TABLE app.events (id bigint PRIMARY KEY, at timestamptz NOT NULL);
    INSERT INTO app.events SELECT n, now() - n * interval '1 minute' FROM generate_series(1, 10000) n`;
  const conversion = await Conversion.create(server, ddl, { table: "events", key: "at", uniques: [["id"]] });
  try {
    await conversion.setup();
    const clients = await Promise.all([1, 2, 3].map(() => conversion.connect()));
    await Promise.all(clients.map((client) => client.query("CALL prisma_partition.work('app', 'events')")));
    expect(
      await conversion.query(
        "SELECT count(*)::int > 50 AS many, count(DISTINCT pid)::int AS sessions, sum(rows) FILTER (WHERE step = 'load')::int AS rows FROM prisma_partition.batches",
      ),
    ).toEqual([{ many: true, sessions: 1, rows: 10_000 }]);
  } finally {
    await conversion.drop();
  }
});
