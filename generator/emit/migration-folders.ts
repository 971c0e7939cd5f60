import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { EmitError } from "./error.ts";
import { ensureLockFile } from "./lock-file.ts";

/** A migration that is to be written. */
export interface RenderedMigration {
  /** Of the folder. */
  readonly name: string;
  /** Text of its `migration.sql`. */
  readonly sql: string;
}

/**
 * Writes one folder with a `migration.sql` per migration. Each folder is complete when it appears: it is written beside
 * the migrations folder, inside which Prisma would count it, and moved in by a rename. One that exists is never touched.
 *
 * Each folder's own operations are synchronous: 500 folders take 0.05 s like this, and 0.3 s when each one is awaited.
 *
 * @param migrations path of the migrations folder; created if missing
 * @throws EmitError when a name is taken; the folders before it have been written then, a sound history by themselves
 */
export async function emitFolders(migrations: string, rendered: readonly RenderedMigration[]): Promise<void> {
  if (rendered.length === 0) return;
  await mkdir(migrations, { recursive: true });
  const staging = await mkdtemp(join(dirname(migrations), ".prisma-partition-"));
  try {
    for (const { name, sql } of rendered) {
      mkdirSync(join(staging, name));
      writeFileSync(join(staging, name, "migration.sql"), sql, { flag: "wx" });
    }
    await ensureLockFile(migrations);
    for (const { name } of rendered) moveIn(join(staging, name), join(migrations, name));
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** POSIX lets a rename replace an empty directory, so look first. */
function moveIn(from: string, to: string): void {
  if (existsSync(to)) {
    throw new EmitError("EMIT_FOLDER_EXISTS", `${to} exists and is left as it is. Run \`npx prisma generate\` again.`);
  }
  renameSync(from, to);
}
