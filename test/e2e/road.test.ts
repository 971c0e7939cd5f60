/**
 * The whole road as a user walks it, on every server and in both of Prisma's ways to run a migration, from the packed
 * tarball in an empty directory, under live writes.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";
import { atCutover, exampleSchema, seedExample, withoutPartitioning } from "../support/example.ts";
import { Project } from "../support/project.ts";
import { TEST_DATABASE } from "../support/servers/index.ts";
import { sharedInstallation } from "../support/shared-installation.ts";
import { compareWithWriters, Writers } from "../support/writers.ts";

const ROWS = 30_000;
const DIFF = ["migrate", "diff", "--from-config-datasource", "--to-schema", "prisma/schema.prisma", "--exit-code"];

let installation: string;
beforeAll(async () => {
  installation = await sharedInstallation();
});

// Which of the two it is does not depend on the server: each walks one, but for MATRIX=all.
const modes = ["batch", "split"] as const;

for (const [number, server] of inject("servers").entries()) {
  for (const mode of modes.filter((_, n) => process.env.MATRIX || n === number % modes.length)) {
    describe(`${server.name}, ${mode}`, () => {
      let database: FreshDatabase;
      let project: Project;
      let client: pg.Client;
      let writers: Writers;

      const rows = async (sql: string, values: unknown[] = []) => (await client.query(sql, values)).rows;
      const folders = async () =>
        (await readdir(join(project.directory, "prisma/migrations")))
          .filter((name) => name !== "migration_lock.toml")
          .sort();

      beforeAll(async () => {
        database = await freshDatabase(server.url, server.extensions ? TEST_DATABASE : undefined);
        project = await Project.create({ installation, url: database.url, mode });
        client = new pg.Client({ connectionString: database.url });
        await client.connect();
      });
      afterAll(async () => {
        await writers?.stop();
        await client?.end();
        await project?.remove();
        await database?.drop();
      });

      test("a project with a plain table", async () => {
        await project.writeSchema(withoutPartitioning(exampleSchema()));
        await project.prisma(["migrate", "dev", "--name", "init"]);
        await seedExample(database.url, ROWS);
        expect(await folders()).toEqual([expect.stringMatching(/^\d{14}_init$/)]);
      });

      test("annotate and generate: install and setup, then nothing more", async () => {
        await project.writeSchema(exampleSchema());
        const { stdout } = await project.prisma(["generate"]);
        expect(stdout).toContain("partition_setup_event_transactions");
        expect(stdout).toContain("@@id([id, timestamp])");
        const emitted = await folders();
        expect(emitted.map((name) => name.slice(15))).toEqual([
          "init",
          "partition_install",
          "partition_setup_event_transactions",
        ]);
        await project.prisma(["generate"]);
        expect(await folders()).toEqual(emitted);
      });

      test("deploy: shadow and capture, no row moved", async () => {
        writers = await Writers.start({ url: database.url, clients: 2, rate: 100, months: 24 });
        await project.prisma(["migrate", "deploy"]);
        expect(await rows("SELECT stage, maintenance, scheduler FROM prisma_partition.tables")).toEqual([
          {
            stage: "setup",
            maintenance: server.extensions ? "partman" : "builtin",
            scheduler: server.extensions ? "pg_cron" : "none",
          },
        ]);
        await project.prisma(DIFF);
      });

      test("backfill, status, verify", async () => {
        const backfill = await project.partition(["backfill", "EventTransaction", "--workers", "2"]);
        expect(backfill).toMatchObject({ code: 0 });
        const status = JSON.parse((await project.partition(["status", "--json"])).stdout);
        expect(JSON.stringify(status)).toContain('"ready":true');
        const verify = await project.partition(["verify", "EventTransaction", "--json"]);
        expect(verify).toMatchObject({ code: 0 });
      });

      test("cut over under live writes", async () => {
        await project.editSchema(atCutover);
        await project.prisma(["generate"]);
        expect((await folders()).at(-1)).toMatch(/^\d{14}_partition_cutover_event_transactions$/);
        await project.prisma(["migrate", "deploy"]);
        await new Promise((resolve) => setTimeout(resolve, 500));
        await writers.stop();
        expect(writers.failed).toEqual([]);
        expect(writers.writes).toBeGreaterThan(100);
        expect(await rows("SELECT relkind FROM pg_class WHERE oid = 'billing.event_transactions'::regclass")).toEqual([
          { relkind: "p" },
        ]);
      });

      test("not a row differs from what was written, nor from the old table", async () => {
        expect(await compareWithWriters(client, writers)).toEqual([]);
        // The log now runs towards the old table: replay it, then compare without the package's help.
        expect(await project.partition(["backfill", "EventTransaction"])).toMatchObject({ code: 0 });
        const [difference] = await rows(
          `SELECT (SELECT count(*)::int FROM (TABLE billing.event_transactions EXCEPT TABLE billing_old.event_transactions) x) AS only_new,
                  (SELECT count(*)::int FROM (TABLE billing_old.event_transactions EXCEPT TABLE billing.event_transactions) x) AS only_old,
                  (SELECT count(*)::int FROM billing.event_transactions) - (SELECT count(*)::int FROM billing_old.event_transactions) AS count`,
        );
        expect(difference).toEqual({ only_new: 0, only_old: 0, count: 0 });
      });

      test("no row in the default partition, and the next 12 months exist", async () => {
        expect(await rows("SELECT default_rows::int, last_error FROM prisma_partition.progress")).toEqual([
          { default_rows: 0, last_error: null },
        ]);
        const bounds = await rows(
          `SELECT pg_get_expr(c.relpartbound, c.oid) AS bound FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid
           WHERE h.inhparent = 'billing.event_transactions'::regclass`,
        );
        const now = new Date();
        for (let ahead = -23; ahead <= 12; ahead++) {
          const [from, to] = [ahead, ahead + 1].map(
            (n) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + n, 1)),
          );
          const [{ found }] = (await rows(
            `SELECT count(*)::int AS found FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid
             WHERE h.inhparent = 'billing.event_transactions'::regclass
               AND pg_get_expr(c.relpartbound, c.oid) = format('FOR VALUES FROM (%L) TO (%L)', $1::timestamptz, $2::timestamptz)`,
            [from, to],
          )) as [{ found: number }];
          expect(found, `${from?.toISOString()} in ${JSON.stringify(bounds)}`).toBe(1);
        }
      });

      test("Prisma sees no drift", async () => {
        await project.prisma(DIFF);
        const { stdout } = await project.prisma(["migrate", "dev"]);
        expect(stdout).toContain("Already in sync");
        expect((await folders()).length).toBe(4);
      });

      test("the generated client and the generated module work on the partitioned table, and type-check", async () => {
        await project.write(
          "tsconfig.json",
          await readFile(new URL("fixtures/tsconfig.json", import.meta.url), "utf8"),
        );
        await project.write(
          "src/use-client.ts",
          await readFile(new URL("fixtures/use-client.ts", import.meta.url), "utf8"),
        );
        const compiled = await project.tsc(["-p", "."]);
        expect(compiled.stdout).toBe("");
        const ran = await project.node(["dist/src/use-client.js"]);
        expect(ran.stderr).toBe("");
        expect(JSON.parse(ran.stdout)).toEqual({
          created: "1.5",
          found: "1.5",
          updated: "2.5",
          upserted: ["3.5", "4.5"],
          total: true,
          deleted: null,
          stages: ["cutover", "cutover"],
          matches: [true, true],
          partitions: true,
        });
      });

      test("and back again, under live writes: no row differs, no drift", async () => {
        writers = await Writers.start({ url: database.url, clients: 2, rate: 100, months: 24 });
        await project.writeSchema(exampleSchema());
        const { stdout } = await project.prisma(["generate"]);
        expect(stdout).toContain("partition_rollback_event_transactions");
        await project.prisma(["migrate", "deploy"]);
        await new Promise((resolve) => setTimeout(resolve, 500));
        await writers.stop();
        expect(writers.failed).toEqual([]);
        expect(await compareWithWriters(client, writers)).toEqual([]);
        expect(await rows("SELECT relkind FROM pg_class WHERE oid = 'billing.event_transactions'::regclass")).toEqual([
          { relkind: "r" },
        ]);
        await project.prisma(DIFF);
        expect((await project.prisma(["migrate", "dev"])).stdout).toContain("Already in sync");
      });

      test("and forward once more", async () => {
        expect(await project.partition(["backfill", "EventTransaction"])).toMatchObject({ code: 0 });
        expect(await project.partition(["verify", "EventTransaction"])).toMatchObject({ code: 0 });
        writers = await Writers.start({ url: database.url, clients: 2, rate: 100, months: 24 });
        await project.editSchema(atCutover);
        await project.prisma(["generate"]);
        await project.prisma(["migrate", "deploy"]);
        await writers.stop();
        expect(writers.failed).toEqual([]);
        expect(await compareWithWriters(client, writers)).toEqual([]);
        expect(await project.partition(["backfill", "EventTransaction"])).toMatchObject({ code: 0 });
        expect(await project.partition(["verify", "EventTransaction"])).toMatchObject({ code: 0 });
        await project.prisma(DIFF);
      });

      test("the whole history replays: an empty database, and migrate reset", async () => {
        const empty = await freshDatabase(server.url);
        try {
          await project.prisma(["migrate", "deploy"], { env: { DATABASE_URL: empty.url } });
          await project.prisma(DIFF, { env: { DATABASE_URL: empty.url } });
        } finally {
          await empty.drop();
        }
        await project.prisma(["migrate", "reset", "--force"]);
        await project.prisma(DIFF);
        expect(await rows("SELECT stage FROM prisma_partition.tables")).toEqual([{ stage: "cutover" }]);
        expect(
          await rows(
            "SELECT to_regclass('billing_old.event_transactions') IS NOT NULL AS kept, count(*)::int AS rows FROM billing.event_transactions",
          ),
        ).toEqual([{ kept: true, rows: 0 }]);
      });

      test("cleanup, then without annotation: the table stays partitioned, and nothing of the package is left", async () => {
        await project.editSchema((schema) => schema.replace("stage: cutover", "stage: cleanup"));
        await project.prisma(["generate"]);
        await project.prisma(["migrate", "deploy"]);
        await project.prisma(DIFF);
        expect(await project.partition(["verify", "EventTransaction"])).toMatchObject({ code: 3 });
        expect(await rows("SELECT nspname FROM pg_namespace WHERE nspname = 'billing_old'")).toEqual([]);
        await project.editSchema((schema) => schema.replace(/^\/\/\/ @partition.*\n/m, ""));
        const { stdout } = await project.prisma(["generate"]);
        expect(stdout).toMatch(/partition_release_event_transactions[\s\S]*partition_uninstall/);
        await project.prisma(["migrate", "deploy"]);
        await project.prisma(DIFF);
        expect((await project.prisma(["migrate", "dev"])).stdout).toContain("Already in sync");
        expect(await rows("SELECT nspname FROM pg_namespace WHERE nspname ~ '^(prisma_partition|billing_)'")).toEqual(
          [],
        );
        expect(await rows("SELECT relkind FROM pg_class WHERE oid = 'billing.event_transactions'::regclass")).toEqual([
          { relkind: "p" },
        ]);
        if (server.extensions)
          expect(await rows("SELECT jobname FROM cron.job WHERE jobname ~ 'prisma_partition'")).toEqual([]);
      });
    });
  }
}
