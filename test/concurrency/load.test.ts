/**
 * Writers of every kind against runners of every kind, from before setup until after cutover, while runners are killed
 * and the table is rewritten under them. What the writers committed must be there in the end, and nothing else.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, inject, test } from "vitest";
import { Conversion } from "../support/convert.ts";
import { Random } from "../support/random.ts";
import { compareWithLedgers, type Isolation, TransactionWriter } from "../support/transactions.ts";

const seed = Number(process.env.TEST_SEED ?? Math.floor(Math.random() * 1_000_000));
const isolations: Isolation[] = ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"];

let conversion: Conversion | undefined;
let writers: TransactionWriter[] = [];
let stopping = false;
let running: Promise<unknown>[] = [];
afterEach(async () => {
  stopping = true;
  await Promise.allSettled([...writers.map((writer) => writer.stop()), ...running]);
  await conversion?.drop();
  conversion = undefined;
});

async function prepare(
  server: Parameters<typeof Conversion.create>[0],
  rows: number,
  batchSize: number,
): Promise<Conversion> {
  console.log(`${server.name}: TEST_SEED=${seed}`);
  stopping = false;
  running = [];
  conversion = await Conversion.create(
    server,
    `CREATE TABLE app.events (id bigint PRIMARY KEY, at timestamptz NOT NULL, code text NOT NULL, v integer NOT NULL);
     CREATE UNIQUE INDEX events_code_key ON app.events (code); CREATE INDEX ON app.events (v);
     INSERT INTO app.events SELECT n, now() - n * interval '1 year' / ${rows}, 'seed ' || n, n FROM generate_series(1, ${rows}) n`,
    { table: "events", key: "at", uniques: [["id"], ["code"]], batchSize },
  );
  const role = `writer_${conversion.database.name}`;
  await conversion.query(
    `CREATE ROLE ${role} LOGIN; GRANT USAGE ON SCHEMA app TO ${role}; GRANT ALL ON app.events TO ${role}`,
  );
  const start = conversion;
  writers = await Promise.all(
    [...isolations, ...isolations].map(async (isolation, index) => {
      // The last one writes as logical replication does: ordinary triggers do not fire for it.
      const replica = index === 5;
      const client = await start.connect(
        replica ? ["session_replication_role=replica"] : [],
        replica ? "postgres" : role,
      );
      return new TransactionWriter(client, index + 1, isolation, seed, index === 0);
    }),
  );
  return conversion;
}

/** Keeps calling run_step; a runner that was killed is followed by another. */
async function run(c: Conversion): Promise<void> {
  while (!stopping) {
    const client = await c.connect(["application_name=runner"]);
    try {
      while (!stopping) if ((await c.step(client)) !== "worked") await sleep(5);
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      if (code !== "57P01" && !/[Cc]onnection (terminated|error)/.test(message)) throw error;
    }
  }
}

/** What pg_cron does. */
async function call(c: Conversion): Promise<void> {
  while (!stopping) {
    const client = await c.connect(["application_name=runner"]);
    try {
      while (!stopping) await client.query("CALL prisma_partition.work('app', 'events', 0.3)");
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      if (code !== "57P01" && !/[Cc]onnection (terminated|error)/.test(message)) throw error;
    }
  }
}

async function untilDraining(c: Conversion): Promise<void> {
  while ((await c.value("SELECT step FROM prisma_partition.tables")) !== "drain") {
    const error = await c.value("SELECT last_error FROM prisma_partition.tables");
    if (error) throw new Error(String(error));
    await sleep(20);
  }
}

async function expectNothingLost(c: Conversion): Promise<void> {
  expect(writers.flatMap((writer) => writer.errors)).toEqual([]);
  expect(await compareWithLedgers(c.client, writers)).toEqual([]);
  expect(await c.differences()).toEqual([]);
  expect(await c.query("SELECT * FROM prisma_partition.verify(1) WHERE NOT matches")).toEqual([]);
  expect(await c.value("SELECT last_error FROM prisma_partition.tables")).toBe(null);
  expect(writers.every((writer) => writer.transactions > 10)).toBe(true);
}

for (const server of inject("servers")) {
  describe(server.name, () => {
    test("two runners, one CALL work, kills, VACUUM FULL in mid-load, cutover under load", async () => {
      const c = await prepare(server, 30_000, 300);
      for (const writer of writers) writer.start();
      await sleep(200);
      await c.setup();
      running = [run(c), run(c), call(c)].map((runner) => runner.catch((error) => error));
      const random = new Random(seed);
      const kill = async () => {
        while (!stopping) {
          await sleep(30 + random.below(200));
          await c.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'runner' AND datname = current_database() ORDER BY random() LIMIT 1",
          );
        }
      };
      const killing = kill();
      while (
        (await c.value<number>("SELECT count(*)::int FROM prisma_partition.batches WHERE finished_at IS NOT NULL")) < 5
      )
        await sleep(5);
      expect(await c.value("SELECT step FROM prisma_partition.tables")).toBe("load");
      const file = await c.value("SELECT loaded_filenode FROM prisma_partition.tables");
      await c.query("VACUUM FULL app.events");
      await untilDraining(c);
      expect(await c.value("SELECT loaded_filenode FROM prisma_partition.tables")).not.toBe(file);
      await sleep(500);
      stopping = true;
      await killing;
      expect((await Promise.all(running)).filter(Boolean)).toEqual([]);
      stopping = false;
      running = [run(c), call(c)].map((runner) => runner.catch((error) => error));
      await c.cutover();
      await sleep(700);
      await Promise.all(writers.map((writer) => writer.stop()));
      stopping = true;
      expect((await Promise.all(running)).filter(Boolean)).toEqual([]);
      await c.work();
      await expectNothingLost(c);
    });

    for (const when of ["load", "drain", "cutover"] as const) {
      test(`TRUNCATE in the middle, at ${when}`, async () => {
        const c = await prepare(server, 8000, 200);
        await c.setup();
        for (const writer of writers) writer.start();
        running = [run(c), run(c)].map((runner) => runner.catch((error) => error));
        if (when === "drain") await untilDraining(c);
        if (when === "cutover") {
          await untilDraining(c);
          await c.cutover();
        }
        await sleep(30);
        await Promise.all(writers.map((writer) => writer.stop()));
        await c.query("TRUNCATE app.events");
        for (const writer of writers) {
          writer.ledger = new Map();
          writer.start();
        }
        await untilDraining(c);
        await sleep(300);
        if (when !== "cutover") await c.cutover();
        await sleep(300);
        await Promise.all(writers.map((writer) => writer.stop()));
        stopping = true;
        expect((await Promise.all(running)).filter(Boolean)).toEqual([]);
        await c.work();
        await expectNothingLost(c);
        expect(await c.value("SELECT count(*)::int FROM app.events WHERE id < 10000000")).toBe(0);
      });
    }
  });
}
