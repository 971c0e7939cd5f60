import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../support/package-root.ts";

/** The example's first migration: the plain table, and its indexes apart, which are quicker built on the filled table. */
export function exampleDdl(): { table: string; indexes: string } {
  const folder = join(packageRoot, "prisma", "migrations");
  const init = readdirSync(folder).find((name) => name.endsWith("_init"));
  if (init === undefined) throw new Error(`no migration named init is in ${folder}`);
  const text = readFileSync(join(folder, init, "migration.sql"), "utf8");
  const at = text.indexOf("-- CreateIndex");
  return { table: text.slice(0, at), indexes: text.slice(at) };
}
