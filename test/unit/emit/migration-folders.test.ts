import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { emitFolders } from "../../../generator/emit/migration-folders.ts";

const install = { name: "20260506070809_partition_install", sql: "SELECT 1;\n" };
const upgrade = { name: "20260506070810_partition_upgrade", sql: "SELECT 2;\n" };

let project: string;
let migrations: string;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), "emit-"));
  migrations = join(project, "prisma", "migrations");
});
afterEach(() => rm(project, { recursive: true }));

it("creates the migrations folder with a lock file and leaves nothing else behind", async () => {
  await emitFolders(migrations, [install, upgrade]);
  expect(await readdir(join(project, "prisma"))).toEqual(["migrations"]);
  expect((await readdir(migrations)).sort()).toEqual([install.name, upgrade.name, "migration_lock.toml"]);
  expect(await readdir(join(migrations, install.name))).toEqual(["migration.sql"]);
  expect(await readFile(join(migrations, upgrade.name, "migration.sql"), "utf8")).toBe(upgrade.sql);
  expect(await readFile(join(migrations, "migration_lock.toml"), "utf8")).toMatch(/^provider = "postgresql"$/m);
});

it("leaves an existing lock file as it is", async () => {
  await mkdir(migrations, { recursive: true });
  await writeFile(join(migrations, "migration_lock.toml"), "mine");
  await emitFolders(migrations, [install]);
  expect(await readFile(join(migrations, "migration_lock.toml"), "utf8")).toBe("mine");
});

it("creates nothing at all when there is nothing to emit", async () => {
  await emitFolders(migrations, []);
  expect(await readdir(project)).toEqual([]);
});

it("never touches a folder that exists, not even an empty one that nobody had listed", async () => {
  const taken = join(migrations, install.name);
  await mkdir(taken, { recursive: true });
  await expect(emitFolders(migrations, [install, upgrade])).rejects.toMatchObject({
    code: "EMIT_FOLDER_EXISTS",
  });
  expect(await readdir(taken)).toEqual([]);
  expect(await readdir(join(project, "prisma"))).toEqual(["migrations"]);
});
