import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../../src/cli/usage-error.ts";
import type { EditedFile } from "../edit/edit.ts";
import { readMigrations } from "../history/migration.ts";

/** Takes back what was written. */
export interface Written {
  /** The schema files as they were, byte for byte, and without the migrations that were emitted since. */
  undo(): Promise<{ removed: string[] }>;
}

/**
 * Writes the edited files.
 *
 * @param migrations the migrations folder
 * @throws UsageError, having written nothing, where a file is not what was edited any more
 */
export async function writeSchema(files: readonly EditedFile[], migrations: string): Promise<Written> {
  const originals = await Promise.all(files.map(({ path }) => readFile(path)));
  for (const [index, { path, before }] of files.entries()) {
    if (originals[index]?.toString("utf8") === before) continue;
    throw new UsageError(`${path} has changed meanwhile, so nothing was written. Run the command again.`);
  }
  const known = new Set(await foldersOf(migrations));
  const undo = async () => {
    for (const [index, { path }] of files.entries()) await writeFile(path, originals[index] ?? "");
    // Left behind, they would be a step of the history that the schema does not ask for.
    const emitted = (await readMigrations(migrations)).filter(
      ({ name, header }) => header !== null && !known.has(name),
    );
    for (const { name } of emitted) await rm(join(migrations, name), { recursive: true });
    return { removed: emitted.map(({ name }) => name) };
  };
  try {
    for (const { path, after } of files) await writeFile(path, after);
  } catch (error) {
    await undo();
    throw error;
  }
  return { undo };
}

async function foldersOf(migrations: string): Promise<string[]> {
  return (await readdir(migrations).catch(() => [])) as string[];
}
