import { chmod, chown, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Installation } from "./installation.ts";
import { isRunning } from "./owned-processes.ts";

const PREFIX = "prisma-partition-server-";

/** A directory for one server, named after the process that owns it, so that a later one can tell whether it is stale. */
export async function createDirectory({ owner }: Installation): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  if (owner) await chown(directory, owner.uid, owner.gid);
  await chmod(directory, 0o700);
  return directory;
}

/** Removes the directories of processes that were killed, once their servers are gone too. */
export async function removeStaleDirectories(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX) || isRunning(Number.parseInt(name.slice(PREFIX.length), 10))) continue;
    const directory = join(tmpdir(), name);
    const pidFile = await readFile(join(directory, "data", "postmaster.pid"), "utf8").catch(() => "");
    const server = Number.parseInt(pidFile, 10);
    if (server > 0 && isRunning(server)) continue;
    await rm(directory, { recursive: true, force: true }).catch(() => {});
  }
}
