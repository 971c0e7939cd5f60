import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { tableKey } from "../../../generator/history/history.ts";
import { readHistory } from "../../../generator/history/index.ts";
import { createTable, emitted, spec } from "../plan/fixture.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "history-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(name: string, sql: string | null): Promise<void> {
  await mkdir(join(folder, name));
  if (sql !== null) await writeFile(join(folder, name, "migration.sql"), sql);
}

it("is empty where there is no migrations folder", async () => {
  expect((await readHistory(join(folder, "missing"))).folders).toEqual([]);
});

it("reads sub-directories in the order of application and ignores files", async () => {
  const setup = emitted("20260104000000_partition_setup", { transition: "setup", spec, cutoverUniques: [] });
  await write(setup.name, setup.sql);
  await write(createTable.name, createTable.sql);
  await write("0_init", null);
  await writeFile(join(folder, "migration_lock.toml"), "");
  const history = await readHistory(folder);
  expect(history.folders).toEqual(["0_init", createTable.name, setup.name]);
  expect(history.tables.get(tableKey(spec))?.spec).toEqual(spec);
});

it("names the file whose header is damaged", async () => {
  await write("20260104000000_x", "-- prisma-partition {oops\n");
  await expect(readHistory(folder)).rejects.toThrow(join(folder, "20260104000000_x", "migration.sql"));
});
