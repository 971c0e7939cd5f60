/** What verify says while rows are written, and where there is nothing that it could compare. */
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterEach, describe, expect, inject, test } from "vitest";
import { toExecutor } from "../../src/executor.ts";
import { findTable } from "../../src/find-table.ts";
import { type VerifyReport, verifyTable } from "../../src/verification/verify.ts";
import { Conversion, type TableSpec } from "../support/convert.ts";
import { type Isolation, TransactionWriter } from "../support/transactions.ts";
import { silently } from "./planted.ts";

let conversion: Conversion | undefined;
afterEach(async () => {
  await conversion?.drop();
  conversion = undefined;
});

const events = { table: "events", key: "at", uniques: [["id"], ["code"]], batchSize: 500 };

async function create(
  server: Parameters<typeof Conversion.create>[0],
  options: Partial<TableSpec> = {},
  id = "bigint",
) {
  conversion = await Conversion.create(
    server,
    `CREATE EXTENSION citext; CREATE EXTENSION ltree;
     CREATE TABLE app.events (id ${id} PRIMARY KEY, at timestamptz NOT NULL, code text NOT NULL UNIQUE, v integer NOT NULL);
     INSERT INTO app.events SELECT n::text::${id}, now() - n % 400 * interval '1 day', 'seed ' || n, n FROM generate_series(1, 5000) n`,
    { ...events, ...options },
  );
  await conversion.setup();
  return conversion;
}

async function verify(c: Conversion, executor = toExecutor(c.client)): Promise<VerifyReport> {
  return verifyTable(executor, await findTable(executor, "Model"));
}

/** Two connections, so that both tables are read in pieces; three times as many sessions are asked for. */
async function verifyInPieces(c: Conversion): Promise<VerifyReport> {
  const pool = new pg.Pool({ connectionString: c.url, max: 2 });
  try {
    const executor = toExecutor(pool);
    return await verifyTable(executor, await findTable(executor, "Model"), { workers: 6 });
  } finally {
    await pool.end();
  }
}

for (const server of inject("servers")) {
  describe(server.name, () => {
    test("live writes are never taken for differences: 20 times before cutover and 20 after, at saturation", async () => {
      const c = await create(server);
      await c.work();
      const isolations: Isolation[] = ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE", "READ COMMITTED"];
      const writers = await Promise.all(
        isolations.map(async (i, n) => new TransactionWriter(await c.connect(), n + 1, i, 3, n === 3)),
      );
      for (const writer of writers) writer.start();
      // Drains, and makes partitions of what lies in the default one, all the while.
      const [drain, maintain] = [await c.connect(), await c.connect()];
      let stopped = false;
      const others = [
        (async () => {
          while (!stopped) await c.step(drain);
        })(),
        (async () => {
          for (; !stopped; await sleep(50)) await c.maintain(maintain);
        })(),
      ];
      let pending = 0n;
      try {
        for (const stage of ["setup", "cutover"]) {
          for (let round = 1; round <= 20; round++) {
            const report = await (round % 2 === 0 ? verify(c) : verifyInPieces(c));
            expect(report, `${stage}, round ${round}`).toMatchObject({ ok: true, differences: [] });
            pending += report.pending;
          }
          if (stage === "setup") await c.cutover();
        }
      } finally {
        stopped = true;
        await Promise.all([...others, ...writers.map((writer) => writer.stop())]);
      }
      expect(pending).toBeGreaterThan(0n);
      expect(writers.flatMap(({ errors }) => errors)).toEqual([]);
      await c.work();
      expect(await verify(c)).toMatchObject({ ok: true, pending: 0n });
    });

    test("a TRUNCATE that is still on the log leaves every row pending", async () => {
      const c = await create(server);
      await c.work();
      await c.query("TRUNCATE app.events; INSERT INTO app.events VALUES (1, now(), 'new', 1)");
      expect(await verify(c)).toMatchObject({ ok: true, pending: 5000n, sourceRows: 0n, targetRows: 0n });
      await c.work();
      expect(await verify(c)).toMatchObject({ ok: true, pending: 0n, sourceRows: 1n, targetRows: 1n });
    });

    test("a row before the first partition is compared, also where older ones have expired", async () => {
      const c = await create(server, { retention: "6 months" });
      await c.work();
      await c.cutover();
      await c.work();
      await c.query(
        "INSERT INTO app.events VALUES (9000, now() - interval '5 years', 'late', 1), (9001, now() - interval '6 years', 'later', 1)",
      );
      await c.maintain();
      await c.work();
      expect(await verify(c)).toMatchObject({ ok: true, differences: [] });
      expect(await c.value<number>("SELECT count(*)::int FROM app.events")).toBeLessThan(4000);
      await silently(c, "UPDATE app_old.events SET v = -1 WHERE id = 9000; DELETE FROM app_old.events WHERE id = 9001");
      expect((await verify(c)).differences).toMatchObject([
        { identity: { id: "9001" }, difference: "missing" },
        { identity: { id: "9000" }, difference: "changed", columns: ["v"] },
      ]);
    });

    test.each(["citext", "ltree", "varchar(20)", "char(12)", "numeric"])("rows that %s identifies", async (id) => {
      const c = await create(server, {}, id);
      await c.work();
      await c.query("UPDATE app.events SET v = 0 WHERE v = 7");
      expect(await verify(c)).toMatchObject({ ok: true, pending: 1n });
      await c.work();
      await silently(c, `UPDATE ${c.shadow} SET v = -1 WHERE v = 8`);
      const { differences } = await verify(c);
      expect(differences.map(({ identity, columns }) => [identity.id?.trim(), columns])).toEqual([["8", ["v"]]]);
    });

    test("where there is nothing to compare, that is what is said", async () => {
      const c = await create(server);
      const call = (sql: string) => c.query(`SELECT * FROM prisma_partition.${sql}`);
      const partition = await c.value<string>("SELECT partition FROM prisma_partition.list_partitions(1) LIMIT 1");
      for (const sql of ["verify(1)", `differences(1, '${partition}')`]) {
        await expect(call(sql)).rejects.toMatchObject({
          code: "55000",
          message: "prisma-partition: app.events is still being loaded; there is nothing to compare yet",
          hint: "npx prisma-partition backfill Model",
        });
      }
      await c.work();
      await expect(call("differences(1, 'app.events')")).rejects.toMatchObject({
        code: "42P01",
        hint: expect.stringContaining("Run verify again"),
      });
      await expect(call("verify(2)")).rejects.toMatchObject({ code: "42704" });
      await c.cutover();
      await c.work();
      await c.cleanup(null);
      for (const sql of ["verify(1)", "differences(1, 'app.events_default')"]) {
        await expect(call(sql)).rejects.toMatchObject({
          code: "55000",
          message: "prisma-partition: the old table of app.events is gone; there is nothing to compare with",
          hint: expect.stringContaining("stage: cleanup"),
        });
      }
    });
  });
}
