import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inject } from "vitest";
import { installPackage } from "./project.ts";

/**
 * The package as a user has it, installed once for all test files: 11 s of processor time each. The first that asks
 * installs it, those that ask meanwhile wait. Nobody changes it; it goes when the tests are over.
 */
export async function sharedInstallation(): Promise<string> {
  const directory = inject("installation");
  const outcome = join(directory, "outcome");
  if (await claim(join(directory, "claimed"))) {
    const error = await installPackage(directory).then(() => "", String);
    // Whoever sees it sees all of it.
    await writeFile(`${outcome}.part`, error);
    await rename(`${outcome}.part`, outcome);
  }
  let error = await readFile(outcome, "utf8").catch(() => null);
  for (; error === null; error = await readFile(outcome, "utf8").catch(() => null)) await sleep(100);
  if (error !== "") throw new Error(error);
  return directory;
}

/** Of several that try, one makes the directory. */
async function claim(directory: string): Promise<boolean> {
  try {
    await mkdir(directory);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}
