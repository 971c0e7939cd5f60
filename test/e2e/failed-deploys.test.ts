/**
 * A deploy that fails, as a user meets it: `prisma migrate deploy` says why and what to do, nothing has changed, and after
 * `prisma migrate resolve --rolled-back NAME` the same deploy succeeds.
 */
import pg from "pg";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";
import { fingerprint } from "../support/fingerprint.ts";
import type { ProvidedServer } from "../support/global-setup.ts";
import type { EngineMode } from "../support/prisma-cli.ts";
import { Project } from "../support/project.ts";
import { Sabotage } from "../support/sabotage.ts";
import { sharedInstallation } from "../support/shared-installation.ts";
import { CHANGES, emitMigrations, type Label, type Migration, SCHEMA, SEED } from "./fixtures/orders.ts";

let installation: string;
let migrations: Record<Label, Migration>;
beforeAll(async () => {
  installation = await sharedInstallation();
  migrations = await emitMigrations(installation);
});

/** The commands of each migration that fail, by their number: some 90 make up an install or a cutover, 24 a setup. */
const FAILING: Record<EngineMode, Partial<Record<Label, number[]>>> = {
  batch: { partition_install: [30], partition_setup_orders: [1], partition_cutover_orders: [40] },
  split: { partition_setup_orders: [9, 20], partition_cutover_orders: [1, 85] },
};

/** A database and the project that deploys to it. */
class Site {
  readonly #closing: (() => Promise<unknown>)[] = [];
  readonly client: pg.Client;

  private constructor(
    readonly database: FreshDatabase,
    readonly project: Project,
  ) {
    this.client = this.open();
  }

  static async create(server: ProvidedServer, mode: EngineMode): Promise<Site> {
    const database = await freshDatabase(server.url);
    const site = new Site(database, await Project.create({ installation, url: database.url, mode }));
    await site.client.connect();
    await site.project.writeSchema(SCHEMA);
    await site.project.write("prisma/migrations/migration_lock.toml", 'provider = "postgresql"\n');
    return site;
  }

  /** A connection that ends with the site. */
  open(): pg.Client {
    const client = new pg.Client({ connectionString: this.database.url });
    this.#closing.push(() => client.end());
    return client;
  }

  /** The deploy with this migration, and all before it, in the folder. */
  async deploy(label: Label): Promise<void> {
    await this.#add(label);
    await this.project.prisma(["migrate", "deploy"]);
  }

  /** The same, which must fail and change nothing. Returns what the user reads; and takes the failure off the record. */
  async failDeploy(label: Label): Promise<string> {
    await this.#add(label);
    const before = await fingerprint(this.client);
    const { stdout, stderr } = await this.project.prisma(["migrate", "deploy"], { expectFailure: true });
    expect(stderr).toContain(migrations[label].name);
    expect(await fingerprint(this.client)).toEqual(before);
    await this.project.prisma(["migrate", "resolve", "--rolled-back", migrations[label].name]);
    return stdout + stderr;
  }

  async #add(last: Label): Promise<void> {
    for (const [label, { name, sql }] of Object.entries(migrations)) {
      await this.project.write(`prisma/migrations/${name}/migration.sql`, sql);
      if (label === last) return;
    }
  }

  async kind(): Promise<string> {
    const { rows } = await this.client.query("SELECT relkind FROM pg_class WHERE oid = 'shop.orders'::regclass");
    return rows[0].relkind;
  }

  async close(): Promise<void> {
    for (const close of this.#closing) await close();
    await this.project.remove();
    await this.database.drop();
  }
}

async function withSite(server: ProvidedServer, mode: EngineMode, work: (site: Site) => Promise<void>): Promise<void> {
  const site = await Site.create(server, mode);
  try {
    await work(site);
  } finally {
    await site.close();
  }
}

describe.each(inject("servers"))("$name", (server) => {
  test.concurrent.each(["batch", "split"] as const)("an error in the middle, %s", (mode) =>
    withSite(server, mode, async (site) => {
      const sabotage = await Sabotage.create(site.database.url);
      try {
        await site.deploy(mode === "batch" ? "init" : "partition_install");
        await site.client.query(SEED);
        for (const [label, commands] of Object.entries(FAILING[mode]) as [Label, number[]][]) {
          if (label === "partition_cutover_orders") await site.client.query(CHANGES);
          await sabotage.watchState();
          for (const command of commands) {
            await sabotage.failAt(command);
            expect(await site.failDeploy(label)).toContain("sabotaged: ");
            expect(await sabotage.counted()).toBe(command);
          }
          await sabotage.failAt(0);
          await site.deploy(label);
        }
        expect(await site.kind()).toBe("p");
      } finally {
        await sabotage.end();
      }
    }),
  );

  test.concurrent("what is in the way is named, and nothing is changed", () =>
    withSite(server, "split", async (site) => {
      // Less patient than in earnest, for the test's sake.
      const settings = (sql: string) => site.client.query(`ALTER DATABASE ${site.database.name} ${sql}`);
      await settings("SET prisma_partition.lock_attempts = '5'");
      const rows = async () =>
        (await site.client.query("SELECT count(*), sum(hashtext(x::text)) FROM shop.orders x")).rows;
      const other = site.open();
      await other.connect();
      const pid = (await other.query("SELECT pg_backend_pid() AS pid")).rows[0].pid;
      await site.deploy("partition_install");
      await site.client.query(SEED);

      // A writer that does not end, before the setup.
      await other.query("BEGIN; INSERT INTO shop.orders (at, code) VALUES (now(), 'long')");
      expect(await site.failDeploy("partition_setup_orders")).toMatch(
        new RegExp(`no lock on shop.orders could be had in 5 attempts[^]*pid ${pid} .*INSERT INTO shop.orders`),
      );
      await other.query("COMMIT");
      await site.deploy("partition_setup_orders");
      await site.client.query(CHANGES);

      // A table of more than 64 MB that nobody has backfilled.
      await site.client.query(
        `INSERT INTO shop.orders (at, code, filler)
         SELECT now() - n % 30 * interval '1 day', 'wide ' || n, repeat('x', 1900) FROM generate_series(1, 40000) n`,
      );
      const backfill = await site.failDeploy("partition_cutover_orders");
      expect(backfill).toContain("the backfill of shop.orders has not finished");
      expect(backfill).toContain("npx prisma-partition backfill Order");
      expect(await site.project.partition(["backfill", "Order"])).toMatchObject({ code: 0 });

      // A reader that does not end.
      await other.query("BEGIN; SELECT count(*) FROM shop.orders");
      expect(await site.failDeploy("partition_cutover_orders")).toMatch(
        new RegExp(`no lock on shop.orders could be had in 5 attempts[^]*pid ${pid} .*SELECT count`),
      );
      await other.query("COMMIT");

      // A snapshot that is older than the copy, and no lock on the table at all.
      await settings("SET prisma_partition.snapshot_timeout = '1s'");
      await other.query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1");
      expect(await site.failDeploy("partition_cutover_orders")).toMatch(
        new RegExp(`transactions with a snapshot older than the copy are still open[^]*pid ${pid} `),
      );
      await other.query("COMMIT");

      await settings("RESET ALL");
      const before = await rows();
      await site.deploy("partition_cutover_orders");
      expect(await site.kind()).toBe("p");
      expect(await rows()).toEqual(before);
    }));
});
