/**
 * Who does not stand in the way of a deploy. Autovacuum works on a large table for hours; it reads no rows for anybody,
 * and PostgreSQL cancels it when somebody waits for its lock. And an application has connections that are open and idle,
 * often under another role than the deploy's, which is no superuser.
 */
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { UniqueKey } from "../../generator/spec.ts";
import { installChecksum, render } from "../../generator/sql/render.ts";
import { Conversion } from "../support/convert.ts";
import { freshDatabase } from "../support/database.ts";
import type { ProvidedServer } from "../support/global-setup.ts";
import { type Server, startServer } from "../support/servers/index.ts";
import { spec as anySpec } from "../unit/plan/fixture.ts";

let server: Server & ProvidedServer;
beforeAll(async () => {
  server = await startServer("embedded-18", { settings: { autovacuum_naptime: "1s" } });
});
afterAll(() => server?.stop());

const DDL = `
  CREATE TABLE app.events (id bigint PRIMARY KEY, at timestamptz NOT NULL, filler text);
  INSERT INTO app.events SELECT n, now() - n * interval '1 minute', repeat('x', 500) FROM generate_series(1, 30000) n;
  CREATE TABLE app.other (LIKE app.events);
  INSERT INTO app.other TABLE app.events`;

/** A conversion that has little patience, ready for the setup. */
async function impatient(work: (conversion: Conversion) => Promise<void>): Promise<void> {
  const table = { table: "events", key: "at", uniques: [["id"]], batchSize: 5000 };
  const conversion = await Conversion.create(server, DDL, table);
  try {
    await conversion.query("SET prisma_partition.snapshot_timeout = '3s'");
    await conversion.query("SET prisma_partition.lock_attempts = '20'");
    await work(conversion);
  } finally {
    await conversion.drop();
  }
}

/** Returns when autovacuum is at the table, with a snapshot. It would take minutes: it reads some 10 blocks a second. */
async function autovacuum(conversion: Conversion, what: "vacuum" | "analyze", table: string): Promise<void> {
  const never = 2_000_000_000;
  const settings = {
    autovacuum_vacuum_cost_delay: 100,
    autovacuum_vacuum_cost_limit: 1,
    autovacuum_vacuum_insert_threshold: -1,
    autovacuum_vacuum_threshold: what === "vacuum" ? 1 : never,
    autovacuum_vacuum_scale_factor: 0,
    autovacuum_analyze_threshold: what === "analyze" ? 1 : never,
    autovacuum_analyze_scale_factor: 0,
  };
  const list = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  await conversion.query(`ALTER TABLE ${table} SET (${list})`);
  await conversion.query(`UPDATE ${table} SET filler = 'y' WHERE id % 50 = 0`);
  for (let tries = 0; tries < 150; tries++) {
    const workers = await conversion.query<{ query: string }>(
      "SELECT query FROM pg_stat_activity WHERE backend_type = 'autovacuum worker' AND backend_xmin IS NOT NULL",
    );
    if (workers.some(({ query }) => query.toLowerCase().startsWith(`autovacuum: ${what}`) && query.includes(table)))
      return;
    await sleep(100);
  }
  throw new Error(`autovacuum does not come to ${table}`);
}

const filledPartition = `
  SELECT min(inhrelid::regclass::text) FROM pg_inherits
  WHERE inhparent = 'app_partitioned.events'::regclass AND pg_relation_size(inhrelid) > 100000`;

test.each([
  ["vacuum", "the table"],
  ["vacuum", "a partition"],
  ["vacuum", "another table"],
  ["analyze", "the table"],
  ["analyze", "another table"],
] as const)("a cutover while autovacuum is to %s %s", (what, where) =>
  impatient(async (conversion) => {
    await conversion.setup();
    await conversion.work();
    const table = {
      "the table": "app.events",
      "a partition": await conversion.value<string>(filledPartition),
      "another table": "app.other",
    }[where];
    await autovacuum(conversion, what, table);
    await conversion.cutover();
    expect(await conversion.differences()).toEqual([]);
  }),
);

test("a setup while the table is vacuumed", () =>
  impatient(async (conversion) => {
    await autovacuum(conversion, "vacuum", "app.events");
    await conversion.setup();
  }));

test("a cutover by a plain role, while connections of another one are idle; but not while they are in a transaction", async () => {
  const database = await freshDatabase(server.url);
  const clients: pg.Client[] = [];
  const connect = async (user: string) => {
    const url = new URL(database.url);
    url.username = user;
    const client = new pg.Client({ connectionString: url.href });
    clients.push(client);
    await client.connect();
    return client;
  };
  try {
    const admin = await connect("postgres");
    await admin.query(
      `CREATE ROLE deployer LOGIN; CREATE ROLE application LOGIN; GRANT ALL ON DATABASE ${database.name} TO deployer`,
    );
    const application = await connect("application");
    await application.query("SELECT 1");
    const deployer = await connect("deployer");
    await deployer.query("CREATE SCHEMA app; CREATE TABLE app.events (id bigint PRIMARY KEY, at timestamptz NOT NULL)");
    await deployer.query("INSERT INTO app.events SELECT n, now() FROM generate_series(1, 10) n");

    const unique = (...columns: string[]): UniqueKey[] => [{ kind: "id", name: "events_pkey", columns }];
    const spec = { ...anySpec, schema: "app", table: "events", key: "at", uniques: unique("id") };
    const cutoverUniques = unique("id", "at");
    const after = { ...spec, stage: "cutover", uniques: cutoverUniques } as const;
    const cutover = render({ transition: "cutover", spec: after, cutoverUniques, reached: spec }, "2");
    await deployer.query(render({ transition: "install", checksum: installChecksum() }, "0"));
    await deployer.query(render({ transition: "setup", spec, cutoverUniques }, "1"));

    await deployer.query("SET prisma_partition.snapshot_timeout = '1s'");
    await application.query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1");
    const { pid } = (await application.query("SELECT pg_backend_pid() AS pid")).rows[0];
    await expect(deployer.query(cutover)).rejects.toMatchObject({ detail: expect.stringContaining(`pid ${pid} `) });
    await application.query("COMMIT");
    await deployer.query(cutover);
    expect((await deployer.query("SELECT count(*)::int AS rows FROM app.events")).rows).toEqual([{ rows: 10 }]);
  } finally {
    await Promise.all(clients.map((client) => client.end()));
    await database.drop();
  }
});
