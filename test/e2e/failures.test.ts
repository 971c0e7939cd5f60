/**
 * Whichever command of a migration fails, the database is as it was before, and the same migration succeeds afterwards.
 * Every command of install, setup and cutover is made to fail in turn, from outside the package (test/support/sabotage.ts);
 * "as it was" is a fingerprint of all catalogs and rows (test/support/fingerprint.ts).
 */
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";
import { fingerprint } from "../support/fingerprint.ts";
import { SABOTAGED, Sabotage } from "../support/sabotage.ts";
import { TEST_DATABASE } from "../support/servers/index.ts";
import { sharedInstallation } from "../support/shared-installation.ts";
import { CHANGES, emitMigrations, INIT, type Label, type Migration, SEED } from "./fixtures/orders.ts";

let migrations: Record<Label, Migration>;
beforeAll(async () => {
  const installation = await sharedInstallation();
  migrations = await emitMigrations(installation);
});

describe.each(inject("servers"))("$name", (server) => {
  let database: FreshDatabase;
  let client: pg.Client;
  let sabotage: Sabotage;

  beforeAll(async () => {
    database = await freshDatabase(server.url, server.extensions ? TEST_DATABASE : undefined);
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(INIT);
    await client.query(SEED);
    sabotage = await Sabotage.create(database.url);
  }, 300_000); // others may have pg_cron's database
  afterAll(async () => {
    await sabotage?.end();
    await client?.end();
    await database?.drop();
  });

  const state = async () =>
    (await client.query("SELECT stage, scheduler, maintenance FROM prisma_partition.tables")).rows;
  const orders = async () => (await client.query("TABLE shop.orders ORDER BY id")).rows;
  const [scheduler, maintenance] = server.extensions ? ["pg_cron", "partman"] : ["none", "builtin"];
  const withExtensions = server.extensions ? ["INSERT on cron.job", "UPDATE on partman.part_config"] : [];

  test("install", async () => {
    const commands = await failEach(migrations.partition_install.sql);
    expect(commands).toEqual(
      expect.arrayContaining(["CREATE SCHEMA", "CREATE TABLE", "CREATE FUNCTION", "CREATE VIEW"]),
    );
    if (server.extensions) expect(commands).toContain("CREATE EXTENSION");
    expect(await state()).toEqual([]);
  });

  test("setup", async () => {
    await sabotage.watchState();
    const commands = await failEach(migrations.partition_setup_orders.sql);
    expect(commands).toEqual(
      expect.arrayContaining(["CREATE SCHEMA", "CREATE TABLE", "CREATE TRIGGER", "INSERT on prisma_partition.batches"]),
    );
    expect(commands).toEqual(expect.arrayContaining(withExtensions));
    expect(await state()).toEqual([{ stage: "setup", scheduler, maintenance }]);
  });

  test("cutover", async () => {
    await client.query(CHANGES);
    await sabotage.watchState();
    const before = await orders();
    const commands = await failEach(migrations.partition_cutover_orders.sql);
    expect(commands).toEqual(
      expect.arrayContaining(["CREATE INDEX", "CREATE POLICY", "GRANT", "COMMENT", "ALTER SEQUENCE"]),
    );
    expect(commands).toEqual(
      expect.arrayContaining([expect.stringMatching(/^DELETE on prisma_partition.log_/), ...withExtensions]),
    );
    expect(await state()).toEqual([{ stage: "cutover", scheduler, maintenance }]);
    expect(await orders()).toEqual(before);
  });

  /** Runs a migration until it succeeds, each time with the next command failing. Returns what failed, in order. */
  async function failEach(sql: string): Promise<string[]> {
    const before = await fingerprint(client);
    const failed: string[] = [];
    for (let command = 1; ; command++) {
      await sabotage.failAt(command);
      const error = await attempt(client, sql);
      if (error === null) break;
      expect(error.message).toMatch(SABOTAGED);
      failed.push(error.message.replace(SABOTAGED, "").replace(/\n[\s\S]*/, ""));
      expect(await fingerprint(client), `command ${command}: ${error.message}`).toEqual(before);
      if (command % 10 !== 1) continue;
      await sabotage.failAt(command, "lost connection");
      await loseConnection(sql);
      expect(await fingerprint(client), `connection lost in command ${command}`).toEqual(before);
    }
    // Fewer commands than the one that was to fail: none failed without the migration noticing.
    expect(await sabotage.counted()).toBe(failed.length);
    await sabotage.failAt(0);
    return failed;
  }

  /** The same as with an error, but the connection is gone: a crashed deploy, a restarted pooler. */
  async function loseConnection(sql: string): Promise<void> {
    const other = new pg.Client({ connectionString: database.url });
    other.on("error", () => {});
    await other.connect();
    const pid = (await other.query("SELECT pg_backend_pid() AS pid")).rows[0].pid;
    const error = await attempt(other, sql);
    await other.end();
    expect(error?.code).toBe("57P01");
    while ((await client.query("SELECT FROM pg_stat_activity WHERE pid = $1", [pid])).rows.length > 0);
  }
});

function attempt(client: pg.Client, sql: string): Promise<pg.DatabaseError | null> {
  return client.query(sql).then(
    () => null,
    (error) => error,
  );
}
