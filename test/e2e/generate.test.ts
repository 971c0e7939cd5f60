/** `prisma generate` as a user runs it, from the packed tarball: what is written where, what is refused and how it says so. */
import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { type FreshDatabase, freshDatabase } from "../support/database.ts";
import type { PrismaResult } from "../support/prisma-cli.ts";
import { Project } from "../support/project.ts";
import { TEST_DATABASE } from "../support/servers/index.ts";
import { sharedInstallation } from "../support/shared-installation.ts";
import { atCutover, INIT, SCHEMA } from "./fixtures/orders.ts";

const MIGRATIONS = "prisma/migrations";
const NOWHERE = "postgresql://nobody@localhost:1/none";

let installation: string;
let project: Project;
beforeAll(async () => {
  installation = await sharedInstallation();
});

async function newProject(url = NOWHERE): Promise<void> {
  await project?.remove();
  project = await Project.create({ installation, url });
  await project.write(`${MIGRATIONS}/20260101000000_init/migration.sql`, INIT);
  await project.writeSchema(SCHEMA);
}
afterAll(() => project?.remove());

const generate = (CI?: string) => project.prisma(["generate"], { env: { CI } });

/** The message of a `prisma generate` that must fail, and write nothing. */
async function refusal(CI?: string): Promise<string> {
  const before = await files("prisma");
  const { stdout, stderr }: PrismaResult = await project.prisma(["generate"], { env: { CI }, expectFailure: true });
  expect(await files("prisma")).toEqual(before);
  return stdout + stderr;
}

/** The migrations without their timestamps, in order. */
async function labels(folder = MIGRATIONS): Promise<string[]> {
  return (await folders(folder)).map((name) => name.replace(/^\d{14}_/, ""));
}

async function folders(folder = MIGRATIONS): Promise<string[]> {
  return (await readdir(join(project.directory, folder))).filter((name) => name !== "migration_lock.toml").sort();
}

/** Everything below a folder: name → when it was last changed, and what it holds. */
async function files(folder: string): Promise<Record<string, string>> {
  const root = join(project.directory, folder);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const described = entries.map(async (entry): Promise<[string, string]> => {
    const path = join(entry.parentPath, entry.name);
    const { mtimeMs } = await stat(path);
    return [path, `${mtimeMs} ${entry.isFile() ? await readFile(path, "utf8") : ""}`];
  });
  return Object.fromEntries(await Promise.all(described));
}

const setup = ["init", "partition_install", "partition_setup_orders"];

describe("what is written", () => {
  beforeEach(() => newProject());

  test("install and setup; then nothing, and nothing is touched", async () => {
    const { stdout } = await generate();
    expect(await labels()).toEqual(setup);
    for (const name of (await folders()).slice(1)) expect(stdout).toContain(`wrote ${MIGRATIONS}/${name}`);

    const before = { ...(await files("prisma")), ...(await files("generated")) };
    expect((await generate()).stdout).toContain("migrations are up to date");
    expect({ ...(await files("prisma")), ...(await files("generated")) }).toEqual(before);
  });

  test("the same runtime module, whenever it is generated", async () => {
    const path = join(project.directory, "generated/partition/index.ts");
    await generate();
    const first = await readFile(path);
    await rm(path);
    await generate();
    expect(await readFile(path)).toEqual(first);
    expect(first.toString()).toContain("readonly order: PartitionHandle<Date>");
  });

  test("into the folder that prisma.config.ts names, from a folder of schema files", async () => {
    await project.write(
      "prisma.config.ts",
      `import { defineConfig } from "prisma/config";
       export default defineConfig({ schema: "db/schema", migrations: { path: "db/history" }, datasource: { url: "${NOWHERE}" } });`,
    );
    await project.write("db/history/20260101000000_init/migration.sql", INIT);
    const [blocks = "", models = ""] = SCHEMA.split(/(?=model Customer)/);
    await project.write("db/schema/main.prisma", blocks);
    await project.write("db/schema/models/orders.prisma", models);
    await generate();
    expect(await labels("db/history")).toEqual(setup);
    expect(await labels()).toEqual(["init"]);
    expect(await readdir(join(project.directory, "db/generated/partition"))).toEqual(["index.ts"]);
  });

  test("a second model: its setup, and no second install", async () => {
    await generate();
    const before = await files(MIGRATIONS);
    await project.write(`${MIGRATIONS}/20260101000001_visits/migration.sql`, 'CREATE TABLE "shop"."visits" ();');
    await project.editSchema(
      (schema) => `${schema}
/// @partition(id, 1000)
model Visit {
  id BigInt @id
  @@map("visits")
  @@schema("shop")
}`,
    );
    await generate();
    expect(await labels()).toEqual([
      "init",
      "visits",
      "partition_install",
      "partition_setup_orders",
      "partition_setup_visits",
    ]);
    expect(await files(MIGRATIONS)).toMatchObject(withoutFolders(before));
  });

  test("after a folder that is dated in the future", async () => {
    await project.write(`${MIGRATIONS}/20991231235959_later/migration.sql`, "SELECT 1;");
    await generate();
    expect(await folders()).toEqual([
      "20260101000000_init",
      "20991231235959_later",
      "21000101000000_partition_install",
      "21000101000001_partition_setup_orders",
    ]);
  });

  test("an alter for changed settings, the cutover for the stage, each once", async () => {
    await generate();
    const before = await files(MIGRATIONS);
    await project.editSchema((schema) => schema.replace("premake: 1", 'premake: 4, retention: "2 years"'));
    await generate();
    await generate();
    expect(await labels()).toEqual([...setup, "partition_alter_orders"]);
    await project.editSchema((schema) => atCutover(schema.replace("premake: 4", "premake: 1")));
    await generate();
    await generate();
    expect(await labels()).toEqual([
      ...setup,
      "partition_alter_orders",
      "partition_alter_orders",
      "partition_cutover_orders",
    ]);
    expect(await files(MIGRATIONS)).toMatchObject(withoutFolders(before));
  });
});

describe("the way back, and the way to the end", () => {
  beforeEach(() => newProject());

  const withoutAnnotation = (schema: string) => schema.replace(/^\/\/\/ @partition.*\n/m, "");
  const atCleanup = (schema: string) => schema.replace("stage: cutover", "stage: cleanup");
  const generateAt = async (edit: (schema: string) => string) => {
    await project.editSchema(edit);
    return (await generate()).stdout;
  };
  const last = async () => (await labels()).at(-1);

  test("to setup, to nothing, and from there anew", async () => {
    const before = await project.readSchema();
    await generate();
    await generateAt(atCutover);
    const migrations = await files(MIGRATIONS);
    await generateAt(() => before);
    expect(await last()).toBe("partition_rollback_orders");
    await generateAt(withoutAnnotation);
    expect((await labels()).slice(-2)).toEqual(["partition_teardown_orders", "partition_uninstall"]);
    const module = await readFile(join(project.directory, "generated/partition/index.ts"), "utf8");
    expect(module).not.toContain("PartitionHandle");
    await project.write(
      "check.ts",
      'import { partitions } from "./generated/partition";\nexport type P = typeof partitions;\n',
    );
    const strict = ["--strict", "--noEmit", "--skipLibCheck", "--module", "esnext", "--moduleResolution", "bundler"];
    const { stdout } = await project.tsc([...strict, "check.ts"]);
    expect(stdout).toBe("");
    await generateAt(() => before);
    expect((await labels()).slice(-2)).toEqual(["partition_install", "partition_setup_orders"]);
    expect(await files(MIGRATIONS)).toMatchObject(withoutFolders(migrations));
  });

  test("through cleanup, which keeps its settings, to a table that stays partitioned", async () => {
    await generate();
    const atSwap = await generateAt(atCutover);
    expect(atSwap).toContain(
      "The database no longer guarantees that code is unique by itself: two rows with the same code and different at are possible.",
    );
    await project.editSchema((schema) => schema.replace("stage: cutover", 'stage: cutover, keepOld: "7 days"'));
    expect((await generate()).stdout).toContain("up to date");
    expect(await generateAt(atCleanup)).toContain("There is no way back");
    const cleanup = (await folders()).at(-1);
    expect(cleanup).toMatch(/_partition_cleanup_orders$/);
    expect(await readFile(join(project.directory, MIGRATIONS, `${cleanup}/migration.sql`), "utf8")).toContain(
      "cleanup(t, '7 days')",
    );
    await generateAt((schema) => schema.replace("premake: 1", "premake: 2"));
    expect(await last()).toBe("partition_alter_orders");
    expect(await generateAt(withoutAnnotation)).toContain("It stays partitioned");
    expect((await labels()).slice(-2)).toEqual(["partition_release_orders", "partition_uninstall"]);
  });

  test("is refused where it would lose something, with what to do", async () => {
    await project.editSchema((schema) => schema.replace("premake: 1", "premake: 1, stage: cleanup"));
    await project.editSchema((schema) =>
      schema.replace("@@id([id])", "@@id([id, at])").replace("@@unique([code])", "@@unique([code, at])"),
    );
    expect(await refusal()).toContain("Write `stage: cutover` first");
    await newProject();
    await generate();
    await generateAt(atCutover);
    await project.editSchema((schema) => schema.replace("stage: cutover, ", ""));
    const notReady = await refusal();
    expect(notReady).toContain("Put back `@id` on `id` instead of `@@id([id, at])`.");
    expect(notReady).toContain("Put back `@unique` on `code` instead of `@@unique([code, at])`.");
    await project.editSchema((schema) => withoutAnnotation(schema));
    expect(await refusal()).toMatch(/Put the annotation back, then choose\..*`stage: setup`.*`stage: cleanup`/);
  });
});

/** Of files only: a folder changes when something is added to it. */
function withoutFolders(entries: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(entries).filter(([path]) => /\.\w+$/.test(path)));
}

describe("what is refused", () => {
  beforeEach(() => newProject());

  test("mistakes: all of them at once, each with its place", async () => {
    await project.write(
      "prisma.config.ts",
      `import { defineConfig } from "prisma/config";
       export default defineConfig({ schema: "prisma", migrations: { path: "${MIGRATIONS}" }, datasource: { url: "${NOWHERE}" } });`,
    );
    await project.editSchema((schema) =>
      schema
        .replace('/partition"\n', '/partition"\n  schedular = "none"\n')
        .replace("(at, monthly", "(att, fortnightly"),
    );
    await project.write(
      "prisma/visits.prisma",
      `/// Who came by.
/// @partition(id)
model Visit {
  id BigInt @id
  @@map("visits")
  @@schema("shop")
}
`,
    );
    const message = await refusal();
    expect(message).toContain("4 mistakes in the schema");
    const places = message.match(/^\S+\.prisma:\d+:\d+$/gm);
    expect(places).toEqual([
      "prisma/schema.prisma:5:3",
      "prisma/schema.prisma:22:16",
      "prisma/schema.prisma:22:21",
      "prisma/visits.prisma:2:5",
    ]);
    expect(message).toContain("> 22 | /// @partition(att, fortnightly, premake: 1");
    expect(message.match(/^Fix: /gm)).toHaveLength(4);
    expect(message).toContain("scheduler");
  });

  test("a setup before the migration that creates the table", async () => {
    await rm(join(project.directory, MIGRATIONS), { recursive: true });
    await mkdir(join(project.directory, MIGRATIONS));
    const message = await refusal();
    expect(message).toContain("@partition of Order (shop.orders)");
    expect(message).toContain("npx prisma migrate dev --name");
  });

  test("a cutover that the model is not ready for, with what to change", async () => {
    await project.editSchema((schema) => schema.replace("premake: 1", "stage: cutover"));
    const message = await refusal();
    expect(message).toContain("@@id([id, at])");
    expect(message).toContain("@@unique([code, at])");
  });

  test("in CI: folders that nobody committed; none are written", async () => {
    const message = await refusal("1");
    expect(message).toContain("<timestamp>_partition_install");
    expect(message).toContain("<timestamp>_partition_setup_orders");
    await generate();
    const before = await files(MIGRATIONS);
    await generate("1");
    expect(await files(MIGRATIONS)).toEqual(before);
  });

  test("nothing, in CI, with emit = always; and never a folder with emit = never", async () => {
    const emit = (value: string) =>
      project.writeSchema(SCHEMA.replace('/partition"\n', `/partition"\n  emit = "${value}"\n`));
    await emit("never");
    await generate();
    await generate("true");
    expect(await labels()).toEqual(["init"]);
    expect(await readdir(join(project.directory, "generated/partition"))).toEqual(["index.ts"]);
    await emit("always");
    await generate("true");
    expect(await labels()).toEqual(setup);
  });
});

describe.each(inject("servers"))("what it does to a database, $name", (server) => {
  let database: FreshDatabase;
  let client: pg.Client;
  const rows = async (sql: string) => (await client.query(sql)).rows;

  async function connect(name?: string): Promise<void> {
    database = await freshDatabase(server.url, name);
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await newProject(database.url);
  }
  async function disconnect(): Promise<void> {
    await client?.end();
    await database?.drop();
  }

  test("changed settings take effect, before and after the cutover", async () => {
    await connect(server.extensions ? TEST_DATABASE : undefined);
    try {
      const settings = async () => ({
        ...(
          await rows(`SELECT stage, premake, retention, on_expire, backfill_schedule AS backfill,
            maintenance_schedule AS maintenance, batch_size AS batch FROM prisma_partition.tables`)
        )[0],
        ahead: (
          await rows(`SELECT count(*)::int AS ahead FROM prisma_partition.tables t, prisma_partition.list_partitions(t.id) p
            WHERE NOT p.is_default AND p.lower::timestamptz > now()`)
        )[0].ahead,
        ...(server.extensions
          ? {
              jobs: (await rows("SELECT schedule FROM cron.job ORDER BY jobname")).map(({ schedule }) => schedule),
              partman: (
                await rows(
                  "SELECT parent_table, premake, retention, retention_keep_table AS keep FROM partman.part_config",
                )
              )[0],
            }
          : {}),
      });
      const change = async (edit: (schema: string) => string) => {
        await project.editSchema(edit);
        await generate();
        await project.prisma(["migrate", "deploy"]);
      };

      await generate();
      await project.prisma(["migrate", "deploy"]);
      await change((schema) =>
        schema
          .replace("premake: 1", 'premake: 4, retention: "2 years", batchSize: 77')
          .replace('["0 0 1 1 *", "0 0 1 1 *"]', '["1 0 1 1 *", "2 0 1 1 *"]'),
      );
      await client.query("SELECT prisma_partition.maintain('shop', 'orders')");
      const before = {
        stage: "setup",
        premake: 4,
        retention: "2 years",
        on_expire: "detach",
        backfill: "1 0 1 1 *",
        maintenance: "2 0 1 1 *",
        batch: 77,
        ahead: expect.toSatisfy((count: number) => count === 4 || (server.extensions && count === 5)),
        ...(server.extensions
          ? {
              jobs: ["1 0 1 1 *", "2 0 1 1 *"],
              // Nothing expires before the table is the live one.
              partman: { parent_table: "shop_partitioned.orders", premake: 4, retention: null, keep: true },
            }
          : {}),
      };
      expect(await settings()).toEqual(before);

      await change(atCutover);
      const live = { ...before, stage: "cutover" };
      const partman = { parent_table: "shop.orders", premake: 4, retention: "2 years", keep: true };
      expect(await settings()).toEqual({ ...live, ...(server.extensions ? { partman } : {}) });

      await change((schema) => schema.replace('retention: "2 years"', 'retention: "1 year", onExpire: drop'));
      expect(await settings()).toEqual({
        ...live,
        retention: "1 year",
        on_expire: "drop",
        ...(server.extensions ? { partman: { ...partman, retention: "1 year", keep: false } } : {}),
      });
      await change((schema) => schema.replace('retention: "1 year", onExpire: drop, ', ""));
      expect(await settings()).toEqual({
        ...live,
        retention: null,
        ...(server.extensions ? { partman: { ...partman, retention: null } } : {}),
      });
    } finally {
      await disconnect();
    }
  });

  test("a new model, at the cutover from the start, in a database without schemas", async () => {
    await connect();
    try {
      await project.writeSchema(`
generator partition {
  provider = "prisma-partition"
  output   = "../generated/partition"
}
datasource db {
  provider = "postgresql"
}
/// @partition(at, daily, 3, stage: cutover)
model Reading {
  id BigInt   @default(autoincrement())
  at DateTime
  @@id([id, at])
}
`);
      const { stdout } = await project.prisma([
        "migrate",
        "diff",
        "--from-empty",
        "--to-schema",
        "prisma/schema.prisma",
        "--script",
      ]);
      await project.write(`${MIGRATIONS}/20260101000000_init/migration.sql`, stdout);
      await generate();
      expect(await labels()).toEqual([
        "init",
        "partition_install",
        "partition_setup_reading",
        "partition_cutover_reading",
      ]);
      await project.prisma(["migrate", "deploy"]);
      expect(
        await rows(`SELECT t.stage, t.schema_name, c.relkind, c.oid = t.partitioned AS live FROM prisma_partition.tables t
          JOIN pg_class c ON c.oid = 'public."Reading"'::regclass`),
      ).toEqual([{ stage: "cutover", schema_name: "public", relkind: "p", live: true }]);
      await client.query(
        `INSERT INTO "Reading" (at) SELECT (now() + d * interval '1 day') AT TIME ZONE 'UTC' FROM generate_series(0, 2, 2) d`,
      );
      expect(await rows("SELECT default_rows::int FROM prisma_partition.progress")).toEqual([{ default_rows: 0 }]);
      await project.prisma([
        "migrate",
        "diff",
        "--from-config-datasource",
        "--to-schema",
        "prisma/schema.prisma",
        "--exit-code",
      ]);
    } finally {
      await disconnect();
    }
  });
});
