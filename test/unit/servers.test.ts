import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { build } from "tsdown";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { freshDatabase } from "../support/database.ts";
import { removeStaleDirectories } from "../support/servers/data-directory.ts";
import { TEST_DATABASE } from "../support/servers/index.ts";

const servers = inject("servers");

async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Asks again until the answer is one row at least. */
async function eventually<Row extends pg.QueryResultRow>(url: string, sql: string, seconds: number): Promise<Row[]> {
  for (const deadline = Date.now() + seconds * 1000; ; await sleep(100)) {
    const rows = await query<Row>(url, sql);
    if (rows.length > 0 || Date.now() > deadline) return rows;
  }
}

const CRON_LAUNCHER = `SELECT FROM pg_stat_activity WHERE backend_type = 'pg_cron launcher' AND datname = '${TEST_DATABASE}'`;

describe.each(servers)("$name", ({ url, extensions }) => {
  test("a fresh database is empty, reachable by its URL, and gone after drop", async () => {
    const database = await freshDatabase(url);
    const [row] = await query(database.url, "SELECT current_database() AS name, current_user AS user_name");
    expect(row).toEqual({ name: database.name, user_name: "postgres" });
    const connected = new pg.Client({ connectionString: database.url });
    connected.on("error", () => {});
    await connected.connect();
    await database.drop();
    await expect(query(database.url, "SELECT 1")).rejects.toMatchObject({ code: "3D000" });
    await connected.end().catch(() => {});
  });

  test("does not run in UTC, where it is ours", async () => {
    const [row] = await query<{ TimeZone: string }>(url, "SHOW timezone");
    expect(row?.TimeZone).toBe(process.env.TEST_DATABASE_URLS ? row?.TimeZone : "America/New_York");
  });

  if (!extensions) return;

  test("pg_cron comes back after its database was dropped while its launcher was connected", async () => {
    for (const round of [1, 2, 3]) {
      // From the second on this drops the one of the round before, connected launcher and all.
      const database = await freshDatabase(url, TEST_DATABASE);
      if (round !== 2) await query(database.url, "CREATE EXTENSION pg_cron");
      expect(await eventually(url, CRON_LAUNCHER, 5), `round ${round}`).toHaveLength(1);
      if (round === 3) await database.drop();
    }
  });

  test("pg_partman is at hand", async () => {
    const database = await freshDatabase(url);
    await query(database.url, "CREATE SCHEMA partman; CREATE EXTENSION pg_partman SCHEMA partman");
    await database.drop();
  });
});

describe("a server ends with the process that started it", () => {
  const index = fileURLToPath(new URL("../../build/test/owner/index.mjs", import.meta.url));
  const script = `
    import { startServer } from ${JSON.stringify(index)};
    const server = await startServer("embedded-18");
    console.log(server.url);
    setInterval(() => {}, 1000);`;

  beforeAll(async () => {
    await build({
      config: false,
      entry: fileURLToPath(new URL("../support/servers/index.ts", import.meta.url)),
      outDir: dirname(index),
      dts: false,
      logLevel: "silent",
    });
  });

  test.each(["SIGTERM", "SIGINT", "SIGKILL"] as const)("%s", async (signal) => {
    const owner = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = once(owner, "exit");
    const [line] = await once(owner.stdout, "data");
    const url = String(line).trim();
    expect(await query(url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    owner.kill(signal);
    expect(await exited).toEqual([null, signal]);
    const connecting = () =>
      query(url, "SELECT 1").then(
        () => "accepted",
        (error) => error.code,
      );
    await expect.poll(connecting, { timeout: 10_000 }).toBe("ECONNREFUSED");
    // A killed process leaves its directory to the next that starts a server.
    if (signal === "SIGKILL") await removeStaleDirectories();
    expect((await readdir(tmpdir())).filter(isDirectoryOf(owner.pid))).toEqual([]);
  });
});

const isDirectoryOf = (pid: number | undefined) => (name: string) => name.startsWith(`prisma-partition-server-${pid}-`);
