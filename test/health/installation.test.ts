/** What belongs to no table: the functions in the database, what others have left, and checks that cannot be made. */
import { afterEach, describe, expect, test } from "vitest";
import { run } from "../../src/cli/main.ts";
import { toExecutor } from "../../src/executor.ts";
import { readHealth, readInstallationHealth } from "../../src/health/health.ts";
import type { Conversion } from "../support/convert.ts";
import { captureTerminal } from "../unit/cli/capture.ts";
import { alarms, anyServer, everyServer, extensionServers, findings, found, mend, prepare } from "./support.ts";

let conversion: Conversion | undefined;
afterEach(async () => {
  await conversion?.drop();
  conversion = undefined;
});

async function start(...args: Parameters<typeof prepare>): Promise<Conversion> {
  conversion = await prepare(...args);
  return conversion;
}

describe.each(everyServer)("$name", (server) => {
  test("functions-changed and functions-extra: edited, dropped and added in the database", async () => {
    const c = await start(server);
    await c.convert();
    expect(await alarms(c)).toEqual([]);
    await c.query("ALTER FUNCTION prisma_partition.axis_step(text, text, text, integer) RESET ALL");
    await c.query(
      `CREATE OR REPLACE FUNCTION prisma_partition.schema_is_published(p_schema text) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true'`,
    );
    await c.query("DROP FUNCTION prisma_partition.is_small(oid, integer)");
    await c.query(
      `CREATE FUNCTION prisma_partition.log_entries(p text, "of me" int[]) RETURNS int LANGUAGE sql AS 'SELECT 1'`,
    );
    expect(await mend(c, "functions-changed")).toMatchObject({
      severity: "error",
      what: "2 functions changed since: axis_step(text, text, text, integer), schema_is_published(text); 1 function missing: is_small(oid, integer).",
      command: "npx prisma-partition doctor --reinstall",
    });
    expect(await mend(c, "functions-extra")).toMatchObject({
      severity: "warning",
      command: 'DROP ROUTINE prisma_partition.log_entries(p text, "of me" integer[]);',
    });
    expect(await alarms(c)).toEqual([]);
  });

  test("installation-outdated: another version's functions, of which none is noted either", async () => {
    const c = await start(server);
    await c.query("ALTER TABLE prisma_partition.installation DROP COLUMN functions");
    await c.query("UPDATE prisma_partition.installation SET version = '0.0.1', checksum = 'old'");
    await c.query("DROP FUNCTION prisma_partition.default_row_kinds(integer)");
    const { terminal, written } = captureTerminal();
    expect(await run(["doctor", "--reinstall", "--url", c.url], terminal)).toBe(3);
    expect(written.err).toContain("are those of version 0.0.1, not of this package");
    expect(await mend(c, "installation-outdated")).toMatchObject({
      severity: "warning",
      what: expect.stringContaining("the functions of version 0.0.1; this package is"),
      command: "npx prisma generate && npx prisma migrate deploy",
    });
    expect(await findings(c)).toEqual([]);
  });

  test("pg_monitor is enough", async () => {
    const c = await start(server);
    await c.convert();
    await c.maintain();
    await c.query("DROP ROLE IF EXISTS doctor_monitor");
    await c.query("CREATE ROLE doctor_monitor LOGIN IN ROLE pg_monitor");
    try {
      const monitor = await c.connect([], "doctor_monitor");
      const executor = toExecutor(monitor);
      const { findings: table, defaultRows } = await readHealth(executor, { id: 1, model: "Event" });
      expect(table.map(({ code, what }) => [code, what])).toEqual([["old-table-kept", expect.anything()]]);
      expect(defaultRows).toBe(0n);
      const installation = await readInstallationHealth(executor);
      // pg_partman's configuration is its owner's.
      expect(installation.map(({ code, subject }) => [code, subject])).toEqual(
        server.extensions ? [["check-failed", "orphan-partman"]] : [],
      );
      await monitor.end();
    } finally {
      await c.query("DROP OWNED BY doctor_monitor; DROP ROLE doctor_monitor");
    }
  });
});

describe.each(anyServer)("$name", (server) => {
  test("check-failed: a function is missing, and hides nothing else", async () => {
    const c = await start(server);
    await c.convert();
    await c.query("DROP FUNCTION prisma_partition.default_row_kinds(integer)");
    await c.query("DROP TRIGGER prisma_partition_capture ON app.events");
    expect((await alarms(c)).map(({ code }) => code)).toEqual([
      "capture-broken",
      ...Array(4).fill("check-failed"),
      "functions-changed",
    ]);
    await mend(c, "capture-broken");
    expect(await mend(c, "check-failed")).toMatchObject({
      severity: "warning",
      subject: "default-rows",
      what: expect.stringMatching(/^This could not be looked for: rows in the default partition/),
      command: "npx prisma-partition doctor --reinstall",
    });
    await c.work();
    expect(await alarms(c)).toEqual([]);
  });

  test("check-failed: a role without rights is told which it needs", async () => {
    const c = await start(
      server,
      { key: "id", kind: "integer", interval: "100" },
      "CREATE TABLE app.events (id bigint CONSTRAINT events_pkey PRIMARY KEY)",
    );
    await c.convert();
    await c.maintain();
    await c.query("DROP ROLE IF EXISTS doctor_stranger");
    await c.query("CREATE ROLE doctor_stranger LOGIN IN ROLE pg_monitor");
    try {
      const stranger = await c.connect([], "doctor_stranger");
      const look = async () => (await readHealth(toExecutor(stranger), { id: 1, model: "Event" })).findings;
      const [finding] = (await look()).filter(({ code }) => code === "check-failed");
      expect(finding).toMatchObject({ command: 'GRANT pg_monitor, pg_read_all_data TO "doctor_stranger";' });
      await c.query(finding?.command ?? "");
      expect((await look()).map(({ code }) => code)).toEqual(["old-table-kept"]);
      await stranger.end();
    } finally {
      await c.query("DROP OWNED BY doctor_stranger; DROP ROLE doctor_stranger");
    }
  });
});

describe.each(extensionServers)("$name", (server) => {
  test("orphan-partman: its parent is gone", async () => {
    const c = await start(server);
    await c.setup();
    expect(await c.value("SELECT maintenance FROM prisma_partition.tables")).toBe("partman");
    await c.query("DELETE FROM prisma_partition.tables");
    await c.query("DROP TABLE app_partitioned.events");
    expect(await mend(c, "orphan-partman")).toMatchObject({
      subject: "app_partitioned.events",
      command: expect.stringMatching(
        /^DELETE FROM partman\.part_config WHERE parent_table = 'app_partitioned\.events';\nDROP TABLE partman\.template_\w+;$/,
      ),
    });
    expect(await found(c, "orphan-partman")).toBeUndefined();
  });

  test("keyless-query: statements without the key", async () => {
    const c = await start(server);
    await c.query("CREATE SCHEMA stats; CREATE EXTENSION pg_stat_statements SCHEMA stats");
    await c.convert();
    expect(await alarms(c)).toEqual([]);
    await c.query("SELECT stats.pg_stat_statements_reset()");
    for (const id of [1, 2, 3]) await c.query("SELECT code FROM app.events AS e WHERE id = $1 ORDER BY e.at", [id]);
    await c.query(`SELECT code FROM "app"."events" WHERE "id" = 1 AND "at" < now()`);
    await c.query("UPDATE app_old.events SET code = 'at' WHERE id = -1");
    const keyless = (await findings(c)).filter(({ code }) => code === "keyless-query");
    expect(keyless).toEqual([
      expect.objectContaining({
        severity: "info",
        what: expect.stringMatching(
          /^3 calls, [\d.]+ ms each, without at: SELECT code FROM app\.events AS e WHERE id = \$1/,
        ),
        command: expect.stringMatching(/^SELECT stats\.pg_stat_statements_reset\(\d+, \d+, -?\d+\);$/),
      }),
    ]);
    await mend(c, "keyless-query");
  });
});
