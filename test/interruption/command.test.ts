/** The command line killed, interrupted, and beside pg_cron. */
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterEach, expect, inject, test } from "vitest";
import { startCli } from "../support/cli-process.ts";
import { drain, load, Ordeal } from "../support/ordeal.ts";
import { TEST_DATABASE } from "../support/servers/index.ts";

let ordeal: Ordeal | undefined;
afterEach(async () => {
  await ordeal?.end();
  ordeal = undefined;
});

const backfill = (o: Ordeal) => startCli(["backfill", "Model", "--url", o.conversion.url]);
const loadedBy = (o: Ordeal, pid: number) =>
  o.conversion.value<number>(`SELECT count(*)::int FROM prisma_partition.batches WHERE step = 'load' AND pid = ${pid}`);

for (const server of inject("servers")) {
  test(`${server.name}: killed in the middle of a batch, and started again`, async () => {
    ordeal = await Ordeal.create(server);
    const o = ordeal;
    await o.reach(load);
    await o.hold.at(load.place);
    const cli = backfill(o);
    const pid = await o.hold.reached();
    cli.child.kill("SIGKILL");
    expect(await cli.ended).toMatchObject({ signal: "SIGKILL" });
    // The server notices by itself that nobody waits for the answer any more.
    while ((await o.conversion.query("SELECT FROM pg_stat_activity WHERE pid = $1", [pid])).length > 0) await sleep(20);
    await o.hold.release();
    await o.expectKept();
    expect(await o.step()).toBe("load");

    expect(await backfill(o).ended).toMatchObject({ code: 0, stderr: "" });
    await o.expectKept();
    await o.conversion.cutover();
    await o.expectNothingLost();
  });

  test(`${server.name}: Ctrl-C finishes the batch and says how to go on`, async () => {
    ordeal = await Ordeal.create(server);
    const o = ordeal;
    await o.reach(load);
    await o.hold.at(load.place);
    const cli = backfill(o);
    const pid = await o.hold.reached();
    const finished = await loadedBy(o, pid);
    cli.child.kill("SIGINT");
    await cli.errs(/Stopping after the batches in flight/);
    await o.hold.release();
    const { code, stdout } = await cli.ended;
    expect(code).toBe(130);
    expect(stdout).toMatch(
      /^Stopped\. [\d,]+ rows were moved and are kept\. To go on from here:\n {2}npx prisma-partition backfill Model\n/m,
    );
    expect(await loadedBy(o, pid)).toBe(finished + 1);
    await o.expectKept();
    expect(await o.step()).toBe("load");

    expect(await backfill(o).ended).toMatchObject({ code: 0 });
    await o.expectKept();
    await o.conversion.cutover();
    await o.expectNothingLost();
  });

  test(`${server.name}: two runners load side by side and never drain both`, async () => {
    const cron = server.extensions;
    const schedule = {
      backfill: (await knowsSeconds(server.url)) ? "2 seconds" : "* * * * *",
      maintenance: "0 0 1 1 *",
    };
    ordeal = await Ordeal.create(
      server,
      cron ? { scheduler: "auto", cronNodename: "127.0.0.1", schedule } : {},
      cron ? TEST_DATABASE : undefined,
    );
    const o = ordeal;
    const c = o.conversion;
    await o.hold.at(load.place);
    const cli = backfill(o);
    const pid = await o.hold.reached();
    // pg_cron comes by itself; elsewhere somebody calls what it would.
    const called = cron ? undefined : (await c.connect()).query("CALL prisma_partition.work('app', 'events', 1)");
    const open = "SELECT count(*)::int FROM prisma_partition.batches WHERE step = 'load' AND finished_at IS NULL";
    while ((await c.value(open)) !== 1) await sleep(50);
    const runners = await c.query<{ pid: number }>(
      "SELECT DISTINCT pid FROM prisma_partition.batches WHERE pid IS NOT NULL",
    );
    expect(runners.filter((runner) => runner.pid !== pid)).toHaveLength(1);
    await o.hold.release();
    expect(await cli.ended).toMatchObject({ code: 0 });
    await called;

    await o.hold.at(drain.place);
    await o.written();
    const draining = backfill(o);
    await o.hold.reached();
    const held = await c.value("SELECT count(*)::int FROM prisma_partition.batches WHERE step = 'drain'");
    // Whoever else comes finds the table taken, and leaves.
    const second = await c.connect(["statement_timeout=20s"]);
    await second.query("CALL prisma_partition.work('app', 'events', 0.1)");
    expect((await second.query("SELECT state FROM prisma_partition.run_step(1)")).rows).toEqual([{ state: "waiting" }]);
    expect(await c.value("SELECT count(*)::int FROM prisma_partition.batches WHERE step = 'drain'")).toBe(held);
    await o.hold.release();
    expect(await draining.ended).toMatchObject({ code: 0 });
    await c.cutover();
    await o.expectNothingLost();
    expect(await o.lastError()).toBe(null);
  }, 300_000); // others may have pg_cron's database
}

/** pg_cron runs jobs every few seconds since 1.5; before, every minute. */
async function knowsSeconds(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(
    "SELECT FROM pg_available_extensions WHERE name = 'pg_cron' AND substring(default_version FROM '^1[.]([0-9]+)')::int >= 5",
  );
  await client.end();
  return rows.length === 1;
}
