/** Maintenance that gives rows of the default partition a partition of their own, while clients write those very rows. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, inject, test } from "vitest";
import { Conversion } from "../support/convert.ts";

let conversion: Conversion | undefined;
afterEach(async () => {
  await conversion?.drop();
  conversion = undefined;
});

const MAINTAIN = "SELECT prisma_partition.maintain('app', 'events')";

/** Cut over, with rows 2001 to 2010 in the default partition. */
async function prepare(server: Parameters<typeof Conversion.create>[0]): Promise<Conversion> {
  const start = new Date(Date.now() - 60 * 86_400_000).toISOString().slice(0, 10);
  conversion = await Conversion.create(
    server,
    `CREATE TABLE app.events (id bigint PRIMARY KEY, at timestamptz NOT NULL, v integer NOT NULL);
     INSERT INTO app.events SELECT n, now() - n * interval '1 hour', 1 FROM generate_series(1, 100) n`,
    { table: "events", key: "at", uniques: [["id"]], start },
  );
  await conversion.convert();
  await conversion.query("INSERT INTO app.events SELECT n, '2021-05-05 12:00Z', 1 FROM generate_series(2001, 2010) n");
  return conversion;
}

for (const server of inject("servers")) {
  describe(server.name, () => {
    test("a statement that waits for it finds the rows where they are now", async () => {
      const c = await prepare(server);
      const maintenance = await c.connect();
      const named = await c.connect();
      const byId = { name: "by_id", text: "UPDATE app.events SET v = v + 1 WHERE id = $1" };
      for (let n = 0; n < 7; n++) await named.query({ ...byId, values: [2001] }); // by now its plan is cached
      await maintenance.query("BEGIN");
      await maintenance.query(MAINTAIN);
      const statements = [
        "UPDATE app.events SET v = 2 WHERE id = 2002",
        "UPDATE app.events SET v = 2 WHERE id = 2003 AND at = '2021-05-05 12:00Z'",
        "DELETE FROM app.events WHERE id = 2004",
        "SELECT FROM app.events WHERE id = 2005 FOR UPDATE",
        "SELECT FROM app.events WHERE id = 2006",
      ];
      const waiting = [
        named.query({ ...byId, values: [2001] }),
        ...(await Promise.all(statements.map(async (sql) => [await c.connect(), sql] as const))).map(([client, sql]) =>
          client.query(sql),
        ),
      ];
      const counts = Promise.all(waiting).then((results) => results.map(({ rowCount }) => rowCount));
      await sleep(300);
      await maintenance.query("COMMIT");
      expect(await counts).toEqual([1, 1, 1, 1, 1, 1]);
      expect(await c.value("SELECT count(*)::int FROM app.events_default")).toBe(0);
    });

    test("a client that holds the default partition and writes on there is not in its way, nor it in the client's", async () => {
      const c = await prepare(server);
      const client = await c.connect();
      const maintenance = await c.connect();
      await client.query("BEGIN; INSERT INTO app.events VALUES (3000, '2021-05-06', 1)");
      const maintained = maintenance.query(MAINTAIN);
      const outcome = maintained.then(
        () => "done",
        (error) => error.message,
      );
      await sleep(300);
      expect((await client.query("UPDATE app.events SET v = 2 WHERE id = 2005")).rowCount).toBe(1);
      await client.query("INSERT INTO app.events VALUES (3001, '2021-05-07', 1)");
      await client.query("COMMIT");
      expect(await outcome).toBe("done");
      expect(await c.value("SELECT count(*)::int FROM app.events_default")).toBe(0);
    });
  });
}
