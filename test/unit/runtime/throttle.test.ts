/** A backfill that is not to go as fast as it can. */
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { toExecutor } from "../../../src/executor.ts";
import { createPartitions } from "../../../src/index.ts";
import { makeLatencyThrottle } from "../../../src/throttle/latency-throttle.ts";
import { readReplicaLag } from "../../../src/throttle/replica-lag.ts";
import { AbsentStandby } from "../../support/absent-standby.ts";
import { startCli } from "../../support/cli-process.ts";
import { type Cluster, startServer, startStandby } from "../../support/servers/index.ts";
import { type Fixture, installedDatabase, setUpEvents } from "./fixture.ts";

const definitions = { event: { model: "Event", bound: "time" } } as const;

describe("rows per second", () => {
  const [server] = inject("servers");
  if (server === undefined) throw new Error("no server");

  test("are kept on average, all workers together", async () => {
    const db = await installedDatabase(server.url);
    try {
      await setUpEvents(db.pool, 20_000);
      const { event } = createPartitions(db.pool, definitions);
      const started = performance.now();
      expect(await event.backfill({ workers: 3, maxRowsPerSecond: 10_000 })).toMatchObject({ rows: 20_000n });
      // The last unit of each worker is not waited for: a bound that holds on any machine.
      expect(performance.now() - started).toBeGreaterThan(((20_000 - 3 * 1200) / 10_000) * 1000);
    } finally {
      await db.drop();
    }
  });

  test.each([
    ["maxRowsPerSecond", 0],
    ["maxRowsPerSecond", Number.NaN],
    ["maxReplicaLag", -1],
    ["maxWriteLatency", 0],
    ["maxWriteLatency", Number.NaN],
  ])("%s: %d is refused", async (option, value) => {
    const db = await installedDatabase(server.url);
    try {
      await setUpEvents(db.pool, 10);
      const { event } = createPartitions(db.pool, definitions);
      await expect(event.backfill({ [option]: value })).rejects.toMatchObject({ code: "INVALID_OPTION" });
    } finally {
      await db.drop();
    }
  });
});

describe("a replica", () => {
  let primary: Cluster;
  let standby: Cluster;
  let replica: pg.Pool;
  let db: Fixture;
  beforeAll(async () => {
    primary = await startServer("embedded-18");
    standby = await startStandby("embedded-18", primary);
    replica = new pg.Pool({ connectionString: standby.url });
    replica.on("error", () => undefined);
    db = await installedDatabase(primary.url);
    await setUpEvents(db.pool, 60_000);
  });
  afterAll(async () => {
    await replica?.end();
    await db?.drop();
    await standby?.stop();
    await primary?.stop();
  });

  async function untilReplayed(lag: (executor: ReturnType<typeof toExecutor>) => Promise<number>): Promise<void> {
    while ((await lag(toExecutor(db.pool))) > 0) await sleep(50);
  }

  test("that stops replaying falls behind for as long as it does", async () => {
    const lag = readReplicaLag();
    await untilReplayed(lag);
    await replica.query("SELECT pg_wal_replay_pause()");
    await db.pool.query("CREATE TABLE written AS SELECT generate_series(1, 1000) AS n");
    const first = await lag(toExecutor(db.pool));
    await sleep(400);
    const second = await lag(toExecutor(db.pool));
    expect(second - first).toBeGreaterThan(0.35);
    await replica.query("SELECT pg_wal_replay_resume()");
    await untilReplayed(lag);
  });

  test("that is too far behind is waited for, and no longer", async () => {
    const { event } = createPartitions(db.pool, definitions);
    await untilReplayed(readReplicaLag());
    await replica.query("SELECT pg_wal_replay_pause()");
    const running = event.backfill({ maxReplicaLag: 0.01, workers: 2 });
    let before = -1n;
    // It comes to a halt, before the end.
    for (;;) {
      const { rowsDone } = await event.progress();
      if (rowsDone > 0n && rowsDone === before) break;
      before = rowsDone;
      await sleep(1000);
    }
    expect(before).toBeLessThan(60_000n);
    await replica.query("SELECT pg_wal_replay_resume()");
    expect(await running).toMatchObject({ finished: true, rows: 60_000n });
  });

  test("whose position the role may not see is an error that says what to grant", async () => {
    await db.pool.query("CREATE ROLE runner LOGIN");
    const url = new URL(db.url);
    url.username = "runner";
    const pool = new pg.Pool({ connectionString: url.href });
    pool.on("error", () => undefined);
    await expect(readReplicaLag()(toExecutor(pool))).rejects.toMatchObject({
      code: "REPLICA_LAG_UNKNOWN",
      message: expect.stringContaining("GRANT pg_monitor"),
    });
    await pool.end();
  });
});

describe("writers", () => {
  const probe = "SELECT pg_logical_emit_message";
  let server: Cluster;
  let db: Fixture;
  let pool: pg.Pool;
  let absent: AbsentStandby | undefined;
  beforeAll(async () => {
    server = await startServer("embedded-18");
    return () => server.stop();
  });
  beforeEach(async () => {
    db = await installedDatabase(server.url);
    await setUpEvents(db.pool, 60_000);
    await commitUnitsAtOnce();
    pool = new pg.Pool({ connectionString: db.url, max: 12, options: "-c synchronous_commit=on" });
    pool.on("error", () => undefined);
  });
  afterEach(async () => {
    await absent?.end();
    absent = undefined;
    await pool.end();
    await db.drop();
  });

  /** What waits for the standby then are the writers, which here are the probes, and not the work. */
  async function commitUnitsAtOnce(): Promise<void> {
    await db.pool.query(`
      CREATE FUNCTION commit_at_once() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN PERFORM set_config('synchronous_commit', 'off', true); RETURN NULL; END $$;
      CREATE TRIGGER commit_at_once AFTER INSERT OR UPDATE ON prisma_partition.batches EXECUTE FUNCTION commit_at_once();
      CREATE TRIGGER commit_at_once AFTER INSERT OR UPDATE ON prisma_partition.tables EXECUTE FUNCTION commit_at_once()`);
  }

  async function untilProbed(besides?: number): Promise<number> {
    for (;;) {
      const [pid] = ((await absent?.waiting(probe)) ?? []).filter((candidate) => candidate !== besides);
      if (pid !== undefined) return pid;
      await sleep(20);
    }
  }

  const moved = async () => (await createPartitions(db.pool, definitions).event.progress()).rowsDone;

  test("that wait from the start are made way for: nothing begins until they go on", async () => {
    absent = await AbsentStandby.begin(server.url);
    const running = createPartitions(pool, definitions).event.backfill({ maxWriteLatency: 100, workers: 2 });
    await untilProbed();
    await sleep(1000);
    expect(await moved()).toBe(0n);
    await absent.end();
    expect(await running).toMatchObject({ finished: true, rows: 60_000n });
  });

  test("that begin to wait are made way for, though a probe loses its connection", async () => {
    // In all 12 seconds, so that it is not over before they wait.
    const options = { maxWriteLatency: 100, maxRowsPerSecond: 5000, workers: 2 };
    const running = createPartitions(pool, definitions).event.backfill(options);
    while ((await moved()) === 0n) await sleep(20);
    absent = await AbsentStandby.begin(server.url);
    const first = await untilProbed();
    await db.pool.query("SELECT pg_terminate_backend($1)", [first]);
    await untilProbed(first);
    // It comes to a halt, before the end.
    let before = -1n;
    for (let now = await moved(); now !== before; now = await moved()) {
      before = now;
      await sleep(1000);
    }
    expect(before).toBeLessThan(60_000n);
    await absent.end();
    expect(await running).toMatchObject({ finished: true, rows: 60_000n });
  });

  test("that are never fast enough make units wait longer and longer", async () => {
    const throttle = makeLatencyThrottle(0.000_001);
    const stop = AbortSignal.timeout(60_000);
    const done = new AbortController();
    const executor = toExecutor(pool);
    const watching = throttle.watch(executor, done.signal);
    for (let waited = 0; waited < 400 && !stop.aborted; await sleep(1)) {
      const from = performance.now();
      await throttle.wait(executor, stop);
      waited = performance.now() - from;
    }
    expect(stop.aborted).toBe(false);
    done.abort();
    await watching;
  });

  test("on one connection are probed between units", async () => {
    absent = await AbsentStandby.begin(server.url);
    const client = new pg.Client({ connectionString: db.url, options: "-c synchronous_commit=on" });
    await client.connect();
    const running = createPartitions(client, definitions).event.backfill({ maxWriteLatency: 100 });
    await untilProbed();
    expect(await moved()).toBe(0n);
    await absent.end();
    expect(await running).toMatchObject({ finished: true, rows: 60_000n });
    await client.end();
  });

  test("are waited for no longer than until the signal", async () => {
    absent = await AbsentStandby.begin(server.url);
    const stop = new AbortController();
    const running = createPartitions(pool, definitions).event.backfill({ maxWriteLatency: 100, signal: stop.signal });
    await untilProbed();
    stop.abort();
    expect(await running).toMatchObject({ finished: false, rows: 0n });
    expect(await absent.waiting(probe)).toHaveLength(1);
  });

  test("are waited for by the command no longer than until Ctrl-C", async () => {
    absent = await AbsentStandby.begin(server.url);
    const url = new URL(db.url);
    url.searchParams.set("options", "-c synchronous_commit=on");
    const cli = startCli(["backfill", "Event", "--max-write-latency", "100", "--url", url.href]);
    await untilProbed();
    cli.child.kill("SIGINT");
    const { code, stdout } = await cli.ended;
    expect(code).toBe(130);
    expect(stdout).toContain("npx prisma-partition backfill Event --max-write-latency 100");
    // The server does not know yet that nobody waits for it.
    expect(await absent.waiting(probe)).toHaveLength(1);
  });

  test("are not to be measured by a role that may not write to the log: an error", async () => {
    await db.pool.query(`
      REVOKE EXECUTE ON FUNCTION pg_logical_emit_message(boolean, text, text, boolean) FROM PUBLIC;
      CREATE ROLE runner LOGIN;
      GRANT USAGE ON SCHEMA prisma_partition TO runner;
      GRANT SELECT ON ALL TABLES IN SCHEMA prisma_partition TO runner`);
    const url = new URL(db.url);
    url.username = "runner";
    const other = new pg.Pool({ connectionString: url.href });
    await expect(createPartitions(other, definitions).event.backfill({ maxWriteLatency: 100 })).rejects.toMatchObject({
      code: "DATABASE_ERROR",
      message: "permission denied for function pg_logical_emit_message",
    });
    await other.end();
  });
});
