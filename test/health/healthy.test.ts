/** Nothing is wrong with a table at any stage, with and without pg_cron and pg_partman, whatever its key is. */
import { afterEach, describe, expect, test } from "vitest";
import { createPartitions } from "../../src/create-partitions.ts";
import type { Conversion, TableSpec } from "../support/convert.ts";
import { alarms, everyServer, extensionServers, findings, health, prepare } from "./support.ts";

let conversion: Conversion | undefined;
afterEach(async () => {
  await conversion?.drop();
  conversion = undefined;
});

const boundOf = ({ spec }: Conversion) => (spec.kind === "integer" ? "integer" : "time");

async function road(c: Conversion): Promise<void> {
  expect(await alarms(c)).toEqual([]); // nothing set up
  await c.setup();
  // Without pg_cron somebody has to be told that nobody runs it.
  const unscheduled = c.spec.scheduler === "pg_cron" ? [] : ["maintenance-unscheduled"];
  expect((await findings(c)).map(({ code }) => code)).toEqual(unscheduled);
  await c.work();
  expect((await findings(c)).map(({ code }) => code)).toEqual(unscheduled);
  await c.maintain();
  expect(await findings(c)).toEqual([]);
  await c.cutover();
  expect(await alarms(c)).toEqual([]);
  await c.work();
  expect((await findings(c)).map(({ code }) => code)).toEqual(["old-table-kept"]);
  const { partitionsAhead, premake, defaultRows, logEntries, maintainedAt, oldTableBytes, ok } = await health(c);
  expect({ ok, premake, defaultRows, logEntries }).toEqual({ ok: true, premake: 3, defaultRows: 0n, logEntries: 0n });
  expect(partitionsAhead).toBeGreaterThanOrEqual(3);
  expect(maintainedAt).toBeInstanceOf(Date);
  expect(oldTableBytes).toBeGreaterThan(0n);
  const { event } = createPartitions(c.client, { event: { model: "Event", bound: boundOf(c) } });
  expect(await event.health()).toMatchObject({ model: "Event", schema: "app", table: "events", ok: true });
  await c.cleanup(null);
  expect(await findings(c)).toEqual([]);
  await c.maintain();
  expect(await findings(c)).toEqual([]);
}

const keys: Record<string, [ddl: string, spec: Partial<TableSpec>]> = {
  integer: [
    "CREATE TABLE app.events (id bigint CONSTRAINT events_pkey PRIMARY KEY); INSERT INTO app.events SELECT generate_series(1, 500)",
    { key: "id", kind: "integer", interval: "100" },
  ],
  uuid7: [
    `CREATE TABLE app.events (id uuid CONSTRAINT events_pkey PRIMARY KEY);
     INSERT INTO app.events SELECT (lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint - n * 86400000), 12, '0') || '7' || repeat('8', 19))::uuid FROM generate_series(1, 100::bigint) n`,
    { key: "id", kind: "uuid7" },
  ],
  date: [
    `CREATE TABLE app.events (id bigint CONSTRAINT events_pkey PRIMARY KEY, at date NOT NULL);
     INSERT INTO app.events SELECT n, current_date - n FROM generate_series(1, 60) n`,
    { kind: "date", interval: "1 week" },
  ],
};

for (const server of everyServer) {
  describe(server.name, () => {
    test("without pg_cron", async () => {
      conversion = await prepare(server);
      await road(conversion);
    });

    test.each(Object.entries(keys))("a key of kind %s", async (_, [ddl, spec]) => {
      conversion = await prepare(server, spec, ddl);
      await road(conversion);
    });
  });
}

for (const server of extensionServers) {
  test(`${server.name}: with pg_cron`, async () => {
    conversion = await prepare(server, {
      scheduler: "pg_cron",
      schedule: { backfill: "0 0 1 1 *", maintenance: "0 0 * * *" },
    });
    await road(conversion);
  });
}
