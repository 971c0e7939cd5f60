/** What can be wrong with a table's partitions, how doctor sees it, and that the command it prints mends it. */
import { afterEach, describe, expect, test } from "vitest";
import type { Conversion, TableSpec } from "../support/convert.ts";
import type { ProvidedServer } from "../support/global-setup.ts";
import { alarms, anyServer, everyServer, findings, found, health, mend, prepare } from "./support.ts";

let conversion: Conversion | undefined;
afterEach(async () => {
  await conversion?.drop();
  conversion = undefined;
});

async function converted(server: ProvidedServer, spec: Partial<TableSpec> = {}, ddl?: string): Promise<Conversion> {
  conversion = await prepare(server, spec, ddl);
  await conversion.convert();
  return conversion;
}

/** Partitions ahead of now, nearest first. */
const ahead = (c: Conversion, parent = "app.events") =>
  c.query<{ name: string; lower: string; upper: string }>(
    `SELECT p.partition AS name, p.lower, p.upper FROM prisma_partition.list_partitions(1) p
     WHERE NOT p.is_default AND p.lower::timestamptz > now() AND to_regclass('${parent}') IS NOT NULL ORDER BY p.lower::timestamptz`,
  );

const insert = (c: Conversion, id: number, at: string) =>
  c.query(`INSERT INTO app.events (id, at) VALUES ($1, ${at})`, [id]);

describe.each(everyServer)("$name", (server) => {
  test("partitions-ahead: some are missing, or all are", async () => {
    const c = await converted(server);
    const [first, ...later] = await ahead(c);
    await c.query(`DROP TABLE ${later.map(({ name }) => name).join(", ")}`);
    expect(await mend(c, "partitions-ahead")).toMatchObject({
      severity: "warning",
      what: expect.stringMatching(/^1 partition is ready ahead, up to \d{4}-\d\d-01; premake asks for 3\.$/),
      command: "npx prisma-partition maintain Event",
    });
    const all = await ahead(c);
    await c.query(`DROP TABLE ${all.map(({ name }) => name).join(", ")}`);
    expect((await health(c)).partitionsAhead).toBe(0);
    expect(await found(c, "partitions-ahead")).toMatchObject({ severity: "error" });
    expect(first).toBeDefined();
    await mend(c, "partitions-ahead");
    expect(await alarms(c)).toEqual([]);
  });

  test("partition-gap: between two that are ahead, and between two that are past", async () => {
    const c = await converted(server);
    const [, second] = await ahead(c);
    await c.query(`DROP TABLE ${second?.name}`);
    expect(await mend(c, "partition-gap")).toMatchObject({
      severity: "warning",
      what: expect.stringMatching(/^No partition holds \d{4}-\d\d-01 to \d{4}-\d\d-01, between app\.events_p\w+ and/),
    });
    const [, past] = await c.query<{ name: string }>(
      "SELECT partition AS name FROM prisma_partition.list_partitions(1)",
    );
    await c.query(`DROP TABLE ${past?.name}`);
    expect(await alarms(c)).toEqual([]);
    expect(await mend(c, "partition-gap")).toMatchObject({
      severity: "info",
      command: expect.stringMatching(/^npx prisma-partition maintain Event --from \d{4}-\d\d-01 --to \d{4}-\d\d-01$/),
    });
  });

  test("stray-table: a table that has the name of a missing partition", async () => {
    const c = await converted(server);
    const [, second] = await ahead(c);
    await c.query(`DROP TABLE ${second?.name}; CREATE TABLE ${second?.name} (id integer)`);
    expect((await findings(c)).map(({ code }) => code)).toEqual(
      expect.arrayContaining(["stray-table", "partitions-ahead", "partition-gap"]),
    );
    const stray = await mend(c, "stray-table");
    expect(stray).toMatchObject({ severity: "error", subject: second?.name, language: "sql" });
    expect(stray.command).toMatch(/^ALTER TABLE app\.events_p\w+ RENAME TO events_p\w+_stray;$/);
    await mend(c, "partition-gap");
    expect(await alarms(c)).toEqual([]);
  });

  test("timezone-drift: partitions that were cut in New York", async () => {
    const c = await converted(server);
    const [, second, third] = await ahead(c);
    await c.query(`DROP TABLE ${second?.name}, ${third?.name}`);
    await c.query("SET timezone = 'America/New_York'");
    await c.query(
      `CREATE TABLE app.drifted PARTITION OF app.events FOR VALUES FROM ('${second?.lower.slice(0, 10)}') TO ('${third?.lower.slice(0, 10)}')`,
    );
    await c.query("RESET timezone");
    expect(await mend(c, "timezone-drift")).toMatchObject({
      severity: "warning",
      what: expect.stringMatching(
        /^Cut in another time zone, and empty: app\.drifted \(\S+T0[45]:00:00Z to \S+T0[45]:00:00Z\)/,
      ),
    });
    expect(await alarms(c)).toEqual([]);
    expect((await ahead(c)).every(({ lower }) => lower.endsWith("-01 00:00:00+00"))).toBe(true);
  });

  test("default-rows: rows for which there was no partition", async () => {
    const c = await converted(server);
    const [, past] = await c.query<{ name: string }>(
      "SELECT partition AS name FROM prisma_partition.list_partitions(1)",
    );
    await c.query(`DROP TABLE ${past?.name}`);
    await insert(c, 1000, "now() - interval '400 days'");
    expect((await health(c)).defaultRows).toBe(1n);
    expect(await mend(c, "default-rows")).toMatchObject({
      severity: "warning",
      subject: "app.events_default",
      what: "1 row is in the default partition and could have a partition of its own.",
    });
    expect((await health(c)).defaultRows).toBe(0n);
  });

  test("default-rows-beyond: rows further ahead than what is premade", async () => {
    const c = await converted(server);
    await insert(c, 1000, "'2071-04-05'");
    await insert(c, 1001, "'2071-05-05'");
    expect(await alarms(c)).toEqual([]);
    expect(await mend(c, "default-rows-beyond")).toMatchObject({
      what: expect.stringContaining("2 rows lie further ahead"),
      command: "npx prisma-partition maintain Event --from 2071-04-01 --to 2071-06-01",
    });
    expect(await alarms(c)).toEqual([]);
  });

  test("default-rows-expired: rows older than the retention", async () => {
    const c = await converted(server, { retention: "2 months" });
    await c.maintain();
    await insert(c, 1000, "'2001-04-05'");
    expect(await alarms(c)).toEqual([]);
    const { command } = await mend(c, "default-rows-expired");
    expect(command).toContain('"app_partitioned"."events_late_expired"');
    expect(await c.query("SELECT id::int FROM app_partitioned.events_late_expired")).toEqual([{ id: 1000 }]);
    expect(await alarms(c)).toEqual([]);
  });
});

describe.each(anyServer)("$name", (server) => {
  test("default-rows-placeless: the command shows the rows, and they are given a place", async () => {
    const c = await converted(server);
    await insert(c, 1000, "'infinity'");
    const finding = await found(c, "default-rows-placeless");
    expect(finding).toMatchObject({ severity: "info", language: "sql" });
    expect(await c.query(finding?.command ?? "")).toEqual([expect.objectContaining({ id: "1000" })]);
    await c.query("UPDATE app.events SET at = now() WHERE id = 1000");
    expect(await found(c, "default-rows-placeless")).toBeUndefined();
  });

  test("partitions with rows that were cut elsewhere are worth a word, not an alarm", async () => {
    const c = await converted(server);
    const [, second, third] = await ahead(c);
    await c.query(`DROP TABLE ${second?.name}, ${third?.name}`);
    await c.query("SET timezone = 'America/New_York'");
    const [from, to] = [second?.lower.slice(0, 10), third?.lower.slice(0, 10)];
    await c.query(`CREATE TABLE app.drifted PARTITION OF app.events FOR VALUES FROM ('${from}') TO ('${to}')`);
    await c.query("RESET timezone");
    await insert(c, 1000, `'${from} 12:00Z'`);
    expect(await found(c, "timezone-drift")).toMatchObject({
      severity: "info",
      command: "npx prisma-partition list Event",
    });
  });

  test.each([
    ["1 month", "1 week"],
    ["1 week", "1 month"],
    ["6 hours", "1 day"],
    ["1 day", "6 hours"],
  ])("an interval altered from %s to %s is no drift and leaves no gap", async (before, after) => {
    const c = await converted(
      server,
      { interval: before, premake: 9 },
      `CREATE TABLE app.events (id bigint CONSTRAINT events_pkey PRIMARY KEY, at timestamptz NOT NULL);
       INSERT INTO app.events VALUES (1, now() - interval '12 days')`,
    );
    await c.alter({ interval: after });
    await c.maintain();
    const codes = (await findings(c)).map(({ code }) => code);
    expect(codes.filter((code) => code === "timezone-drift")).toEqual([]);
    expect(await alarms(c)).toEqual([]);
  });

  test("maintenance-unscheduled: nothing runs it without pg_cron, and nothing has", async () => {
    const c = await converted(server);
    expect(await mend(c, "maintenance-unscheduled")).toMatchObject({
      severity: "info",
      what: "Nothing has run the maintenance of Event yet. Run this now, and schedule it.",
      command: "npx prisma-partition maintain Event",
    });
    expect(await alarms(c)).toEqual([]);
  });

  test("maintenance-overdue: by the table's own schedule", async () => {
    const c = await converted(server);
    await c.maintain();
    await c.query("UPDATE prisma_partition.tables SET maintained_at = now() - interval '3 days'");
    expect(await mend(c, "maintenance-overdue")).toMatchObject({
      severity: "warning",
      what: expect.stringMatching(
        /^Maintenance last ran 3 days ago\. By its schedule \(0 0 \* \* \*, GMT\) it was due at /,
      ),
    });
    await c.query(
      "UPDATE prisma_partition.tables SET maintained_at = now() - interval '40 days', maintenance_schedule = '0 0 $ * *'",
    );
    await mend(c, "maintenance-overdue");
    await c.query(
      "UPDATE prisma_partition.tables SET maintained_at = NULL, created_at = now() - interval '3 days', maintenance_schedule = '30 seconds'",
    );
    expect(await mend(c, "maintenance-overdue")).toMatchObject({
      what: expect.stringMatching(/^Maintenance has never run/),
    });
    expect(await alarms(c)).toEqual([]);
  });
});
