/** Snapshots that were taken while a swap held its lock, in ways other than a REPEATABLE READ transaction's own. */
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { afterEach, describe, expect, inject, test } from "vitest";
import { Conversion } from "../support/convert.ts";
import type { ProvidedServer } from "../support/global-setup.ts";
import { copyFrom } from "../torture/copy-from.ts";
import { doneOrWaiting, edit } from "./mutations/scenario.ts";

let conversion: Conversion | undefined;
afterEach(async () => {
  await conversion?.drop();
  conversion = undefined;
});

async function prepare(server: ProvidedServer): Promise<Conversion> {
  conversion = await Conversion.create(
    server,
    `CREATE TABLE app.events (id bigint PRIMARY KEY, at timestamptz NOT NULL, v integer DEFAULT 1);
     INSERT INTO app.events SELECT n, now() FROM generate_series(1, 100) n`,
    { table: "events", key: "at", uniques: [["id"]] },
  );
  await conversion.setup();
  await conversion.work();
  return conversion;
}

/** A cutover that replays row 1000 under its lock; `work` is begun while it holds it. */
async function whileSwapping<T>(c: Conversion, work: () => Promise<T>): Promise<T> {
  await edit(c, "guard_snapshots", "BEGIN\n", "BEGIN PERFORM pg_sleep(0.8);\n");
  const blocker = await c.connect();
  await blocker.query("BEGIN; LOCK TABLE app.events IN ROW EXCLUSIVE MODE");
  const cutover = c.cutover(await c.connect());
  await doneOrWaiting(c, cutover);
  await (await c.connect()).query("INSERT INTO app.events VALUES (1000, now())");
  await blocker.query("COMMIT");
  const locked =
    "SELECT count(*)::int FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND relation = 'app.events'::regclass";
  while (Number(await c.value(locked)) === 0) await sleep(5);
  await c.query("SELECT pg_current_xact_id()"); // so that the snapshot knows the swap's transaction as one in progress
  const done = work();
  done.catch(() => {});
  await cutover;
  return done;
}

const value = (c: Conversion, id: number) => c.value<number>(`SELECT v FROM app.events WHERE id = ${id}`);

for (const server of inject("servers")) {
  describe(server.name, () => {
    test.each(["READ COMMITTED", "READ UNCOMMITTED"])(
      "a COPY FROM takes it before its lock, and goes on under %s",
      async (level) => {
        const c = await prepare(server);
        const client = await c.connect();
        await client.query(`BEGIN ISOLATION LEVEL ${level}`);
        await whileSwapping(c, () =>
          copyFrom(client, "COPY app.events (id, at) FROM STDIN", [`2000\t${new Date().toISOString()}`]),
        );
        await client.query("COMMIT");
        expect(await c.value("SELECT count(*)::int FROM app.events")).toBe(102);
      },
    );

    test.each(["READ COMMITTED", "READ UNCOMMITTED", "REPEATABLE READ"])(
      "an UPDATE within a utility statement takes it before its lock, and fails under %s instead of missing a row",
      async (level) => {
        const c = await prepare(server);
        const client: pg.Client = await c.connect();
        await client.query("PREPARE change AS UPDATE app.events SET v = 2 WHERE id = 1000");
        await client.query(`BEGIN ISOLATION LEVEL ${level}`);
        const update = whileSwapping(c, () => client.query("EXPLAIN ANALYZE EXECUTE change"));
        await expect(update).rejects.toMatchObject({ code: "40001" });
        await client.query("ROLLBACK; EXPLAIN ANALYZE EXECUTE change");
        expect(await value(c, 1000)).toBe(2);
      },
    );

    test("a plain UPDATE that waits takes it afterwards, and meets the row", async () => {
      const c = await prepare(server);
      const client = await c.connect();
      await whileSwapping(c, () => client.query("UPDATE app.events SET v = 2 WHERE id = 1000"));
      expect(await value(c, 1000)).toBe(2);
    });

    test("one that was imported from a transaction which the cutover waited for: its writes fail", async () => {
      const c = await prepare(server);
      const [exporting, importing] = [await c.connect(), await c.connect()];
      const { rows } = await exporting
        .query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1")
        .then(() => exporting.query<{ snapshot: string }>("SELECT pg_export_snapshot() AS snapshot"));
      await c.query("INSERT INTO app.events VALUES (1000, now())");
      await c.work();
      const cutover = c.cutover(await c.connect());
      const waits =
        "SELECT count(*)::int FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()";
      while (Number(await c.value(waits)) === 0) await sleep(5); // for those that it has seen
      await importing.query(`BEGIN ISOLATION LEVEL REPEATABLE READ; SET TRANSACTION SNAPSHOT '${rows[0]?.snapshot}'`);
      await exporting.query("COMMIT");
      await cutover;
      await expect(importing.query("UPDATE app.events SET v = 2 WHERE id = 5")).rejects.toMatchObject({
        code: "40001",
      });
    });

    test("the swap's own transaction may write afterwards, and is captured", async () => {
      const c = await prepare(server);
      await c.query("BEGIN");
      await c.cutover();
      await c.query("UPDATE app.events SET v = 2 WHERE id <= 3; INSERT INTO app.events VALUES (2000, now()); COMMIT");
      await c.work();
      expect(await c.value("SELECT count(*)::int FROM app.events WHERE v = 2")).toBe(3);
      expect(await c.differences()).toEqual([]);
    });

    test("a guard without a right to anything is none to a role that may write", async () => {
      const c = await prepare(server);
      await c.cutover();
      const role = `writer_${c.database.name}`;
      await c.query(
        `CREATE ROLE ${role} LOGIN; GRANT USAGE ON SCHEMA app TO ${role}; GRANT SELECT, UPDATE ON app.events TO ${role}`,
      );
      const writer = await c.connect([], role);
      await writer.query("UPDATE app.events SET v = 3 WHERE id = 3");
      // As where a dump was restored: the function is called, and lets it pass.
      const definition = await c.value<string>(
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = 'prisma_partition_guard'",
      );
      const restored = definition.replaceAll(/'\d+'(?=::xid8|, ')/g, "'1000000000000'").replace(/'\d+'\)$/, "'1')");
      await c.query(`DROP TRIGGER prisma_partition_guard ON app.events; ${restored}`);
      await writer.query("UPDATE app.events SET v = 4 WHERE id = 3");
      expect(await value(c, 3)).toBe(4);
    });
  });
}
