import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { tableKey } from "../../../generator/history/history.ts";
import { readHistory } from "../../../generator/history/index.ts";
import { createTable, emitted, spec } from "../plan/fixture.ts";

const install = emitted("20260102000000_partition_install", { transition: "install", version: "1", checksum: "a" });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "history-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(name: string, sql: string | Uint8Array | null): Promise<void> {
  await mkdir(join(folder, name));
  if (sql !== null) await writeFile(join(folder, name, "migration.sql"), sql);
}

it("is empty where there is no migrations folder", async () => {
  expect((await readHistory(join(folder, "missing"))).folders).toEqual([]);
});

it("reads sub-directories in the order of application and ignores files", async () => {
  const setup = emitted("20260104000000_partition_setup", { transition: "setup", spec, cutoverUniques: [] });
  await write(install.name, install.sql);
  await write(setup.name, setup.sql);
  await write(createTable.name, createTable.sql);
  await write("0_init", null);
  await writeFile(join(folder, "migration_lock.toml"), "");
  const history = await readHistory(folder);
  expect(history.folders).toEqual(["0_init", createTable.name, install.name, setup.name]);
  expect(history.tables.get(tableKey(spec))?.spec).toEqual(spec);
});

it("names the file whose header is damaged", async () => {
  await write("20260104000000_x", "-- prisma-partition {oops\n");
  await expect(readHistory(folder)).rejects.toThrow(join(folder, "20260104000000_x", "migration.sql"));
});

const body = "DO $prisma_partition$ BEGIN PERFORM prisma_partition.x(); END $prisma_partition$;\n";

it.each([
  ["without its first line", body, "its first line is not the header"],
  ["empty", "\n", "it is empty"],
  ["as UTF-16", Buffer.from(`\uFEFF${install.sql}${body}`, "utf16le"), "its first line is not the header"],
  ["gone", null, "there is no such file"],
] as const)("names a folder of ours whose file is damaged: %s", async (_, sql, found) => {
  for (const name of ["20260102000000_partition_install", "20260104000000_partition_setup_orders"]) {
    await write(name, sql);
    const error = readHistory(folder);
    await expect(error).rejects.toMatchObject({ code: "HISTORY_DAMAGED_HEADER" });
    await expect(error).rejects.toThrow(`${join(folder, name, "migration.sql")} is damaged: ${found}`);
    await expect(error).rejects.toThrow("git checkout");
    await rm(join(folder, name), { recursive: true });
  }
});

it("reads ours through a byte order mark, and leaves others with such a name alone", async () => {
  await write(install.name, `\uFEFF${install.sql}`);
  await write("20260103000000_partition_cleanup_of_disks", "DELETE FROM disks;");
  await write("20260104000000_partition_table", "");
  expect((await readHistory(folder)).installed?.folder).toBe(install.name);
});
