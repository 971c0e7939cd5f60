import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readSpecs } from "../../generator/annotation/index.ts";
import { emitMigrations } from "../../generator/emit/emit-migrations.ts";
import { atCutover, exampleSchema } from "../support/example.ts";
import { packageRoot } from "../support/package-root.ts";
import { generateWith } from "./model/generate-with.ts";

const shown = join(packageRoot, "prisma", "migrations");

test("the example's migrations are what is emitted today (if not: npm run example)", async () => {
  const migrations = mkdtempSync(join(tmpdir(), "prisma-partition-example-"));
  onTestFinished(() => rmSync(migrations, { recursive: true }));
  const [init = "", ...expected] = folders(shown);
  mkdirSync(join(migrations, init));
  cpSync(join(shown, init), join(migrations, init), { recursive: true });
  for (const schema of [exampleSchema(), atCutover(exampleSchema())]) {
    await emitMigrations(readSpecs(await generateWith({ "schema.prisma": schema })), migrations, "always", {});
  }
  const emitted = folders(migrations).slice(1);
  expect(emitted.map(withoutTime)).toEqual(expected.map(withoutTime));
  for (const [index, folder] of emitted.entries()) {
    const text = readFileSync(join(migrations, folder, "migration.sql"), "utf8").replaceAll(
      folder,
      expected[index] ?? "",
    );
    expect(text).toBe(readFileSync(join(shown, expected[index] ?? "", "migration.sql"), "utf8"));
  }
});

function folders(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name !== "migration_lock.toml")
    .sort();
}

function withoutTime(folder: string): string {
  return folder.slice(15);
}
