import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, inject, test } from "vitest";
import { Conversion } from "../support/convert.ts";
import { copyFrom } from "../torture/copy-from.ts";

let conversion: Conversion | undefined;
afterEach(async () => {
  await conversion?.drop();
  conversion = undefined;
});

for (const server of inject("servers")) {
  describe(server.name, () => {
    test("a COPY that waits for the swap takes its snapshot before its lock, and goes on under READ COMMITTED", async () => {
      conversion = await Conversion.create(
        server,
        `CREATE TABLE app.events (id bigint PRIMARY KEY, at timestamptz NOT NULL);
         INSERT INTO app.events SELECT n, now() FROM generate_series(1, 100) n`,
        { table: "events", key: "at", uniques: [["id"]] },
      );
      const c = conversion;
      await c.setup();
      await c.work();
      const definition = await c.value<string>(
        "SELECT pg_get_functiondef('prisma_partition.guard_snapshots(oid, oid)'::regprocedure)",
      );
      await c.query(definition.replace("BEGIN\n", "BEGIN PERFORM pg_sleep(0.8);\n")); // with the lock held
      const client = await c.connect();
      const cutover = c.cutover(await c.connect());
      const locked =
        "SELECT count(*)::int FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted AND relation = 'app.events'::regclass";
      while (Number(await c.value(locked)) === 0) await sleep(5);
      await c.query("SELECT pg_current_xact_id()"); // so that the snapshot knows the swap's transaction as one in progress
      await copyFrom(client, "COPY app.events FROM STDIN", [`1000\t${new Date().toISOString()}`]);
      await cutover;
      expect(await c.value("SELECT count(*)::int FROM app.events")).toBe(101);
    });
  });
}
