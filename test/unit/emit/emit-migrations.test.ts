import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { emitMigrations } from "../../../generator/emit/emit-migrations.ts";
import type { EmitOption } from "../../../generator/emit/policy.ts";
import { createTable, cutoverSpec, spec, want } from "../plan/fixture.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "emit-migrations-"));
  await mkdir(join(folder, "migrations", createTable.name), { recursive: true });
  await writeFile(join(folder, "migrations", createTable.name, "migration.sql"), createTable.sql ?? "");
});
afterEach(() => rm(folder, { recursive: true }));

async function emit(wanted: Parameters<typeof want>[0][], option: Exclude<EmitOption, "never"> = "auto", CI = "") {
  const emitted = await emitMigrations(
    wanted.map((each) => want(each)),
    join(folder, "migrations"),
    option,
    { CI },
  );
  return emitted.map(({ path }) => path.replace(/^.*\/\d{14}_/, ""));
}

/** Every file below the migrations folder with its text. */
async function snapshot(): Promise<Record<string, string>> {
  const entries = await readdir(join(folder, "migrations"), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(await Promise.all(files.map(async (file) => [file, await readFile(file, "utf8")])));
}

it("emits the difference, nothing when there is none, and never rewrites a folder", async () => {
  expect(await emit([spec])).toEqual(["partition_install", "partition_setup_event_transactions"]);
  const before = await snapshot();
  expect(await emit([spec])).toEqual([]);
  expect(await snapshot()).toEqual(before);
  expect(await emit([{ ...spec, premake: 3 }])).toEqual(["partition_alter_event_transactions"]);
  expect(await emit([{ ...cutoverSpec, premake: 3 }])).toEqual(["partition_cutover_event_transactions"]);
  expect(await emit([{ ...cutoverSpec, premake: 3 }])).toEqual([]);
  expect(await snapshot()).toMatchObject(before);
});

it("goes the whole way back, and the whole way to the end, without rewriting a folder", async () => {
  await emit([spec]);
  await emit([cutoverSpec]);
  const before = await snapshot();
  expect(await emit([{ ...spec, batchSize: 5 }])).toEqual([
    "partition_alter_event_transactions",
    "partition_rollback_event_transactions",
  ]);
  expect(await emit([{ ...spec, batchSize: 5 }])).toEqual([]);
  expect(await emit([])).toEqual(["partition_teardown_event_transactions", "partition_uninstall"]);
  expect(await emit([])).toEqual([]);
  expect(await emit([cutoverSpec])).toEqual([
    "partition_install",
    "partition_setup_event_transactions",
    "partition_cutover_event_transactions",
  ]);
  const cleanup = { ...cutoverSpec, stage: "cleanup" } as const;
  expect(await emit([{ ...cleanup, keepOld: "7 days" }])).toEqual(["partition_cleanup_event_transactions"]);
  expect(await emit([{ ...cleanup, keepOld: "8 days" }])).toEqual([]);
  expect(await emit([])).toEqual(["partition_release_event_transactions", "partition_uninstall"]);
  expect(await snapshot()).toMatchObject(before);
});

it("in CI writes nothing and fails until the folders are there", async () => {
  const before = await snapshot();
  await expect(emit([spec], "auto", "true")).rejects.toMatchObject({ code: "EMIT_FROZEN" });
  expect(await snapshot()).toEqual(before);
  expect(await emit([spec], "always", "true")).toHaveLength(2);
  expect(await emit([spec], "auto", "true")).toEqual([]);
});

it("writes nothing when one table of several is refused", async () => {
  const before = await snapshot();
  await expect(emit([spec, { ...spec, model: "Log", table: "logs" }])).rejects.toMatchObject({
    code: "PLAN_TABLE_NOT_CREATED",
  });
  expect(await snapshot()).toEqual(before);
});
