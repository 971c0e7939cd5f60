/** A backfill that is not to go as fast as it can. */
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { toExecutor } from "../../../src/executor.ts";
import { createPartitions } from "../../../src/index.ts";
import { readReplicaLag } from "../../../src/replica-lag.ts";
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
