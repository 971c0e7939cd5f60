import pg from "pg";
import { beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import {
  createPartitionExtension,
  createPartitions,
  InvalidOptionError,
  type PartitionHandle,
  type Progress,
} from "../../../src/index.ts";
import { type Fixture, installedDatabase, setUpEntries, setUpEvents, tamper } from "./fixture.ts";
import { openPrisma } from "./prisma.ts";

const definitions = {
  event: { model: "Event", bound: "time" },
  entry: { model: "Entry", bound: "integer" },
} as const;

/** A client whose only model lends its name to the handle. */
interface ExtendableThing {
  $extends(extension: unknown): { thing: { $partition: PartitionHandle<Date>; findMany: unknown } };
}

const [server] = inject("servers");
if (server === undefined) throw new Error("no server");

describe("without the schema", () => {
  test("NOT_INSTALLED, through pg and through Prisma", async () => {
    const pool = new pg.Pool({ connectionString: server.url });
    const prisma = await openPrisma(server.url);
    for (const database of [pool, prisma]) {
      await expect(createPartitions(database, definitions).event.progress()).rejects.toMatchObject({
        code: "NOT_INSTALLED",
        message: expect.stringContaining("npx prisma migrate deploy"),
      });
    }
    await pool.end();
    await prisma.$disconnect();
  });
});

describe("a table on its way", () => {
  let db: Fixture;
  beforeEach(async () => {
    db = await installedDatabase(server.url);
    return () => db.drop();
  });

  test("is copied by two workers, verified and listed", async () => {
    await setUpEvents(db.pool, 60_000);
    const { event } = createPartitions(db.pool, definitions);
    expect(await event.progress()).toMatchObject({ step: "load", rowsDone: 0n, ready: false, fraction: 0 });
    await expect(event.verify()).rejects.toMatchObject({ code: "NOT_READY" });

    const seen: Progress[] = [];
    const result = await event.backfill({ workers: 2, pollMs: 20, onProgress: (progress) => seen.push(progress) });
    expect(result).toMatchObject({
      finished: true,
      rows: 60_000n,
      progress: { ready: true, rowsDone: 60_000n, fraction: 1 },
    });
    expect(seen.at(-1)).toEqual(result.progress);
    expect(result.progress.lastBatchAt).toBeInstanceOf(Date);

    const report = await event.verify();
    expect(report).toMatchObject({ ok: true, sourceRows: 60_000n, targetRows: 60_000n, pending: 0n, differences: [] });

    const [first, ...rest] = await event.list();
    expect(first).toMatchObject({
      name: expect.stringMatching(/^public_partitioned\.events_/),
      isDefault: false,
      lower: new Date("2026-01-01T00:00:00Z"),
      upper: new Date("2026-02-01T00:00:00Z"),
    });
    expect(rest.at(-1)).toMatchObject({ isDefault: true, lower: null, upper: null });
  });

  test("is cut by numbers: bounds are bigint", async () => {
    await setUpEntries(db.pool, 2500);
    const { entry } = createPartitions(db.pool, definitions);
    await entry.backfill();
    expect((await entry.list())[0]).toMatchObject({ lower: 0n, upper: 1000n });
    expect((await entry.verify()).partitions[0]).toMatchObject({ lower: 0n, upper: 1000n, sourceRows: 999n });
    const stale = createPartitions(db.pool, { entry: { model: "Entry", bound: "time" } });
    await expect(stale.entry.list()).rejects.toMatchObject({ code: "BOUND_MISMATCH" });
  });

  test("stops at a signal after the units in flight, and goes on later", async () => {
    await setUpEvents(db.pool, 40_000);
    const { event } = createPartitions(db.pool, definitions);
    const controller = new AbortController();
    const stopped = await event.backfill({
      workers: 2,
      pollMs: 1,
      signal: controller.signal,
      onProgress: ({ rowsDone }) => rowsDone > 0n && controller.abort(),
    });
    expect(stopped.finished).toBe(false);
    expect(stopped.rows).toBeGreaterThan(0n);
    expect(stopped.rows).toBe((await event.progress()).rowsDone);
    expect(await event.backfill()).toMatchObject({ finished: true, progress: { rowsDone: 40_000n } });
  });

  test("survives connections that the server ends", async () => {
    await setUpEvents(db.pool, 100_000);
    const pool = new pg.Pool({ connectionString: db.url, application_name: "victim", max: 4 });
    pool.on("error", () => undefined);
    const { event } = createPartitions(pool, definitions);
    let kills = 0;
    const killer = setInterval(async () => {
      const { rowCount } = await db.pool.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'victim' AND query ~ 'run_step' LIMIT 1",
      );
      kills += rowCount ?? 0;
      if (kills >= 3) clearInterval(killer);
    }, 20);
    const result = await event.backfill({ workers: 2 });
    clearInterval(killer);
    expect(kills).toBeGreaterThan(0);
    expect(result.finished).toBe(true);
    expect(await event.verify()).toMatchObject({ ok: true, targetRows: 100_000n });
    await pool.end();
  });

  test("names every row that differs, with its digits", async () => {
    await setUpEvents(db.pool, 3000);
    await db.pool.query(
      "INSERT INTO events (id, at, amount) OVERRIDING SYSTEM VALUE VALUES (9007199254740993, '2026-01-02 00:00Z', 1)",
    );
    const { event } = createPartitions(db.pool, definitions);
    await event.backfill();
    await tamper(db.pool, "DELETE FROM public_partitioned.events WHERE id = 9007199254740993");
    await tamper(db.pool, "UPDATE public_partitioned.events SET amount = 4.20 WHERE id = 10");
    const report = await event.verify();
    expect(report.ok).toBe(false);
    expect(report.truncated).toBe(false);
    const found = report.differences.map(({ difference, identity, columns }) => [difference, identity.id, columns]);
    expect(found).toHaveLength(2);
    expect(found).toContainEqual(["missing", "9007199254740993", []]);
    expect(found).toContainEqual(["changed", "10", ["amount"]]);
    expect(await event.verify({ limit: 1 })).toMatchObject({ truncated: true, differences: [{}] });
    expect((await event.verify({ limit: 0 })).differences).toEqual([]);
  });

  test("is repaired: rows that differ are copied anew, on either side of writers", async () => {
    await setUpEvents(db.pool, 3000);
    const { event } = createPartitions(db.pool, definitions);
    await event.backfill();
    await tamper(db.pool, "DELETE FROM public_partitioned.events WHERE id <= 200");
    await tamper(db.pool, "UPDATE public_partitioned.events SET amount = 1 WHERE id BETWEEN 300 AND 400");
    await tamper(
      db.pool,
      "INSERT INTO public_partitioned.events (id, at) OVERRIDING SYSTEM VALUE VALUES (9999, '2026-01-02')",
    );
    await db.pool.query("UPDATE events SET amount = 7 WHERE id = 200"); // and this waits on the log
    expect(await event.verify({ limit: 10 })).toMatchObject({ ok: false, truncated: true, repaired: 0n });
    // All but the one that a writer has put on the log already.
    expect(await event.verify({ repair: true, limit: 10 })).toMatchObject({
      ok: true,
      repaired: 301n,
      differences: [],
      sourceRows: 3000n,
    });
  });

  test("tells how far a verification is, and stops it at a signal", async () => {
    await setUpEvents(db.pool, 60_000);
    const { event } = createPartitions(db.pool, definitions);
    await event.backfill();
    const seen: number[] = [];
    let rows = 0n;
    await event.verify({
      workers: 3,
      onProgress: (progress) => {
        seen.push(progress.fraction);
        rows = progress.rows;
      },
    });
    expect(seen.length).toBeGreaterThan(2);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
    expect(rows).toBe(120_000n);

    const controller = new AbortController();
    const stopped = event.verify({
      signal: controller.signal,
      onProgress: () => controller.abort(new Error("enough")),
    });
    await expect(stopped).rejects.toThrow("enough");
    await expect(event.verify({ signal: AbortSignal.abort(new Error("never")) })).rejects.toThrow("never");
    await expect(event.verify({ workers: 0 })).rejects.toMatchObject({ code: "INVALID_OPTION" });
    // No session is left behind with a snapshot.
    await expect
      .poll(async () => (await db.pool.query("SELECT FROM pg_stat_activity WHERE state ~ 'transaction'")).rowCount)
      .toBe(0);
  });

  test("is verified where the pool has one connection only, which several sessions would wait for", async () => {
    await setUpEvents(db.pool, 3000);
    const pool = new pg.Pool({ connectionString: db.url, max: 1 });
    pool.on("error", () => undefined);
    const { event } = createPartitions(pool, definitions);
    await event.backfill();
    expect(await event.verify({ workers: 4 })).toMatchObject({ ok: true, sourceRows: 3000n });
    await pool.end();
  });

  test.each([{}, null, undefined, "postgresql://u:secret@h/db", { query: 1 }])("is no database: %j", (database) => {
    const create = () => createPartitions(database as never, definitions);
    expect(create).toThrow(InvalidOptionError);
    expect(create).toThrow(/^The database must be a PrismaClient, .* or a pg\.Client, not (?!.*secret)/);
  });

  test("is maintained, and given partitions of other times", async () => {
    await setUpEvents(db.pool, 10);
    await setUpEntries(db.pool, 10);
    const { event, entry } = createPartitions(db.pool, definitions);
    expect(await event.maintain()).toEqual({ created: 0 });
    const bounds = async (handle: PartitionHandle) => (await handle.list()).map(({ lower }) => lower);
    const before = await bounds(event);
    // Into February, and up to the end of it: exclusive.
    const range = { from: new Date("2024-01-15T12:00:00Z"), to: new Date("2024-03-01T00:00:00Z") };
    expect(await event.ensure(range)).toEqual({ created: 2 });
    expect(await event.ensure(range)).toEqual({ created: 0 });
    const made = [new Date("2024-01-01T00:00:00Z"), new Date("2024-02-01T00:00:00Z")];
    expect(await bounds(event)).toEqual([...made, ...before]);
    expect(await entry.ensure({ from: -1n, to: 0n })).toEqual({ created: 1 });
    expect((await bounds(entry))[0]).toBe(-1000n);

    // Rows that stand in the default partition go along.
    await event.backfill();
    await db.pool.query("INSERT INTO events (at, amount) VALUES ('2030-05-05', 1), ('2031-01-01', 2)");
    await event.backfill();
    expect(await event.progress()).toMatchObject({ defaultRows: 2n });
    await event.ensure({ from: new Date("2030-05-01T00:00:00Z"), to: new Date("2030-06-01T00:00:00Z") });
    expect(await event.progress()).toMatchObject({ defaultRows: 1n });
    expect(await event.verify()).toMatchObject({ ok: true, sourceRows: 12n });

    for (const wrong of [
      { from: range.to, to: range.from },
      { from: range.from, to: range.from },
      { from: new Date(Number.NaN), to: range.to },
    ]) {
      await expect(event.ensure(wrong)).rejects.toMatchObject({ code: "INVALID_OPTION" });
    }
    await expect(event.ensure({ from: new Date("0001-01-01"), to: range.to })).rejects.toMatchObject({
      code: "INVALID_OPTION",
      message: expect.stringContaining("at most 5000 partitions"),
    });
  });

  test("is maintained as soon as the runner that holds it has done its unit", async () => {
    await setUpEvents(db.pool, 10);
    const { event } = createPartitions(db.pool, definitions);
    const runner = await db.pool.connect();
    await runner.query("BEGIN; SELECT pg_advisory_xact_lock(1347440720, 1)");
    let done = false;
    const maintained = event.maintain().finally(() => {
      done = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(done).toBe(false);
    await runner.query("COMMIT");
    runner.release();
    expect(await maintained).toEqual({ created: 0 });
  });

  test("shows whether the log shrinks", async () => {
    await setUpEvents(db.pool, 2500);
    const { event } = createPartitions(db.pool, definitions);
    await db.pool.query("UPDATE events SET amount = 0 WHERE id <= 10");
    expect(await event.progress()).toMatchObject({ logTrend: "held", logEntries: 10n, advice: null, jobs: [] });
    await event.backfill();
    expect(await event.progress()).toMatchObject({ logTrend: "empty", logEntries: 0n });
    await db.pool.query("UPDATE events SET amount = 1");
    await db.pool.query("SELECT prisma_partition.run_step(1)");
    // 2500 came, 1000 of them were replayed since.
    const growing = await event.progress();
    expect(growing.logEntries).toBe(1500n);
    await db.pool.query("UPDATE prisma_partition.batches SET finished_at = finished_at - interval '6 minutes'");
    expect(await event.progress()).toMatchObject({
      logTrend: "unattended",
      advice: expect.stringContaining("npx prisma-partition backfill Event"),
    });
    await event.backfill();
    expect(await event.progress()).toMatchObject({ logTrend: "empty", advice: null });
  });

  test("records an error that is not transient, and throws it", async () => {
    await setUpEvents(db.pool, 3000);
    await db.pool.query("ALTER TABLE events ADD COLUMN added text");
    const { event } = createPartitions(db.pool, definitions);
    const failure = await event.backfill({ workers: 2 }).catch((error: Error) => error);
    expect(failure).toMatchObject({ code: "DATABASE_ERROR", sqlstate: expect.any(String) });
    const progress = await event.progress();
    expect(progress.lastError).toBe((failure as Error).message);
    expect(progress.lastErrorAt).toBeInstanceOf(Date);
  });

  test("passes on that another isolation level is refused", async () => {
    await setUpEvents(db.pool, 100);
    const options = "-c default_transaction_isolation=serializable";
    const pool = new pg.Pool({ connectionString: db.url, options });
    pool.on("error", () => undefined); // the database may be dropped before the server has seen the connection end
    await expect(createPartitions(pool, definitions).event.backfill()).rejects.toThrow(/READ COMMITTED/);
    await pool.end();
  });

  test("what onProgress throws stops the backfill", async () => {
    await setUpEvents(db.pool, 20_000);
    const { event } = createPartitions(db.pool, definitions);
    const onProgress = () => {
      throw new Error("enough");
    };
    await expect(event.backfill({ pollMs: 1, onProgress })).rejects.toThrow("enough");
  });
});

describe("every kind of database", () => {
  let db: Fixture;
  beforeAll(async () => {
    db = await installedDatabase(server.url);
    await setUpEvents(db.pool, 5000);
    return () => db.drop();
  });

  test("gives the same values", async () => {
    const client = new pg.Client({ connectionString: db.url });
    await client.connect();
    const prisma = await openPrisma(db.url);
    const viaPool = createPartitions(db.pool, definitions).event;
    // One connection reports in between its units.
    const seen: Progress[] = [];
    const viaClient = createPartitions(client, definitions).event;
    expect(
      (await viaClient.backfill({ pollMs: 1, maxWriteLatency: 10_000, onProgress: (progress) => seen.push(progress) }))
        .finished,
    ).toBe(true);
    expect(seen.length).toBeGreaterThan(1);
    const viaPrisma = createPartitions(prisma, definitions).event;
    expect((await viaPrisma.backfill({ workers: 3, maxWriteLatency: 10_000 })).finished).toBe(true);

    const expected = { list: await viaPool.list(), verify: await viaPool.verify() };
    for (const handle of [viaClient, viaPrisma]) {
      expect({ list: await handle.list(), verify: await handle.verify() }).toEqual(expected);
    }
    await prisma.$transaction(async (tx) => {
      const inside = createPartitions(tx, definitions).event;
      expect(await inside.list()).toEqual(expected.list);
      await expect(inside.backfill({ workers: 2 })).rejects.toMatchObject({ code: "SINGLE_CONNECTION" });
      await expect(inside.backfill({ maxWriteLatency: 10 })).rejects.toMatchObject({ code: "INVALID_OPTION" });
    });
    await expect(viaClient.backfill({ workers: 2 })).rejects.toMatchObject({ code: "SINGLE_CONNECTION" });
    const extended = (prisma as unknown as ExtendableThing).$extends(
      createPartitionExtension({ thing: definitions.event }),
    );
    expect(await extended.thing.$partition.verify({ workers: 3 })).toEqual(expected.verify);
    expect(extended.thing.findMany).toBeInstanceOf(Function);
    await client.end();
    await prisma.$disconnect();
  });

  test.each([0, -1, 1.5, Number.NaN])("workers: %d is refused", async (workers) => {
    const { event } = createPartitions(db.pool, definitions);
    await expect(event.backfill({ workers })).rejects.toMatchObject({ code: "INVALID_OPTION" });
  });

  test("a wrong name is answered with the right one", async () => {
    const wrong = createPartitions(db.pool, { evnt: { model: "Evnt", bound: "time" } });
    await expect(wrong.evnt.progress()).rejects.toMatchObject({
      code: "UNKNOWN_MODEL",
      suggestion: "Event",
      known: ["Event"],
    });
    const byTable = createPartitions(db.pool, { events: { model: "public.events", bound: "time" } });
    expect(await byTable.events.progress()).toMatchObject({ model: "Event" });
  });
});
