/** What `status` says of who works on a table, and of what is left to do. */
import pg from "pg";
import { afterEach, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { run } from "../../../src/cli/main.ts";
import { Conversion } from "../../support/convert.ts";
import { type Fixture, installedDatabase, setUpEvents } from "../runtime/fixture.ts";
import { captureTerminal } from "./capture.ts";

const [server] = inject("servers");
if (server === undefined) throw new Error("no server");

async function statusOf(url: string, argv: string[] = []) {
  const { terminal, written } = captureTerminal(200, { NO_COLOR: "1" });
  return { code: await run(["status", ...argv, "--url", url], terminal), ...written };
}

/** A row of the table by its titles. */
async function rowOf(url: string, model: string): Promise<Record<string, string>> {
  const [titles = "", ...rows] = (await statusOf(url)).out.split("\n");
  const cells = (line: string) => line.trim().split(/ {2,}/);
  const row = cells(rows.find((line) => line.startsWith(`${model} `)) ?? "");
  return Object.fromEntries(cells(titles).map((title, index) => [title, row[index] ?? ""]));
}

describe("the runner", () => {
  let db: Fixture;
  beforeEach(async () => {
    db = await installedDatabase(server.url);
    await setUpEvents(db.pool, 3000);
  });
  afterEach(() => db.drop());

  /** Somebody else's connection, with a unit of work done on it. */
  async function worked(): Promise<pg.Client> {
    const runner = new pg.Client({ connectionString: db.url });
    await runner.connect();
    await runner.query("SELECT prisma_partition.run_step(1)");
    return runner;
  }

  const idle = "Event: nothing is copying rows. Next: npx prisma-partition backfill Event";

  test("works between two units too, and does not once it was stopped", async () => {
    expect(await rowOf(db.url, "Event")).toMatchObject({ Step: "load", Runner: "none" });
    const runner = await worked();
    expect(await rowOf(db.url, "Event")).toMatchObject({ Step: "load", Runner: "working" });
    expect((await statusOf(db.url)).out).not.toContain("nothing is copying");
    await runner.end();
    // The server takes a moment to see that it is gone, and no ten seconds.
    await expect.poll(async () => (await rowOf(db.url, "Event")).Runner, { timeout: 5000 }).toBe("none");
    expect((await statusOf(db.url)).out).toContain(idle);
  });

  test("that is connected and has done nothing for ten seconds does not work", async () => {
    const runner = await worked();
    await db.pool.query("UPDATE prisma_partition.batches SET finished_at = finished_at - interval '10 seconds'");
    expect(await rowOf(db.url, "Event")).toMatchObject({ Runner: "none" });
    expect((await statusOf(db.url)).out).toContain(idle);
    await runner.query("BEGIN; SELECT prisma_partition.run_step(1)");
    expect(await rowOf(db.url, "Event")).toMatchObject({ Runner: "working" });
    await runner.end();
  });

  test("is not pg_cron where that is recorded and gone", async () => {
    await db.pool.query("UPDATE prisma_partition.tables SET scheduler = 'pg_cron'");
    expect(await rowOf(db.url, "Event")).toMatchObject({ Runner: "none" });
  });

  test("is missed as soon as changes wait, and not where none do", async () => {
    const runner = await worked();
    for (let state = ""; state !== "idle"; ) {
      ({ state } = (await runner.query("SELECT state FROM prisma_partition.run_step(1)")).rows[0]);
    }
    await runner.query("UPDATE events SET amount = 0 WHERE id <= 500");
    await runner.query("SELECT prisma_partition.run_step(1); UPDATE events SET amount = 1 WHERE id <= 500");
    const waiting =
      "Event: 500 changes wait on the log and nobody replays them. Run: npx prisma-partition backfill Event";
    expect(await rowOf(db.url, "Event")).toMatchObject({ Step: "ready", Runner: "working" });
    expect((await statusOf(db.url)).out).not.toContain("changes wait");
    await runner.end();
    await expect.poll(async () => (await rowOf(db.url, "Event")).Runner, { timeout: 5000 }).toBe("none");
    expect((await statusOf(db.url)).out).toContain(waiting);
    await db.pool.query("SELECT prisma_partition.run_step(1)");
    await db.pool.query("UPDATE prisma_partition.batches SET finished_at = finished_at - interval '10 seconds'");
    expect(await rowOf(db.url, "Event")).toMatchObject({ Log: "0", Runner: "-" });
  });
});

describe("a table that is finished", () => {
  let c: Conversion;
  beforeAll(async () => {
    c = await Conversion.create(
      server,
      `CREATE TABLE app.events (id bigint CONSTRAINT events_pkey PRIMARY KEY, at timestamptz NOT NULL);
       INSERT INTO app.events SELECT n, now() - n * interval '1 day' FROM generate_series(1, 50) n`,
      { model: "Event", table: "events", key: "at", uniques: [["id"]] },
    );
    await c.convert();
    await c.cleanup(null);
    return () => c.drop();
  });

  const command = async (...argv: string[]) => {
    const { terminal, written } = captureTerminal();
    return { code: await run([...argv, "--url", c.url], terminal), ...written };
  };

  test("is shown as that, and nobody is missed", async () => {
    expect(await rowOf(c.url, "Event")).toMatchObject({
      ...{ Stage: "cleanup", Step: "finished", Done: "100 %", Rows: "-", ETA: "-", Log: "0" },
    });
    await c.query("DELETE FROM prisma_partition.batches");
    expect(await rowOf(c.url, "Event")).toMatchObject({ Runner: "-" });
  });

  test("backfill says so, verify that there is nothing to compare", async () => {
    expect(await command("backfill", "Event")).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Event is finished: its old table is gone \(stage: cleanup\), and nothing is left /m),
    });
    const { code, err } = await command("verify", "Event");
    expect(code).toBe(3);
    expect(err).toBe(
      "error: The conversion of Event is finished and its old table was dropped (stage: cleanup), so there is nothing to compare it with. Verify before that.\n",
    );
    expect(JSON.parse((await command("verify", "Event", "--json")).err)).toMatchObject({
      error: { code: "NOTHING_TO_COMPARE" },
    });
  });
});
