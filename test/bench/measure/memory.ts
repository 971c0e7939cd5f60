import { readdir, readFile } from "node:fs/promises";
import type pg from "pg";
import { sampleWhile } from "./sample-while.ts";

export interface Memory {
  /** Largest sum, over the database's backends, of their private memory; undefined where /proc does not tell. */
  readonly serverPrivateBytes: number | undefined;
  /** The same with each backend's share of what they share, which is mostly the server's buffers. */
  readonly serverPssBytes: number | undefined;
  /** Largest resident memory of this process: the library and all of the harness. */
  readonly clientBytes: number;
}

/** Runs some work and samples, every half second, the memory of the database's backends and of this process. */
export async function watchMemory(watch: pg.Client, work: () => Promise<void>): Promise<Memory> {
  let [anonymous, shared, client] = [0, 0, 0];
  await sampleWhile(work, 500, async () => {
    const { rows } = await watch.query<{ pid: number }>(
      "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    const each = await Promise.all(rows.map(({ pid }) => backendMemory(pid)));
    anonymous = Math.max(anonymous, total(each, "anonymous"));
    shared = Math.max(shared, total(each, "pss"));
    client = Math.max(client, process.memoryUsage.rss());
  });
  return {
    serverPrivateBytes: anonymous || undefined,
    serverPssBytes: shared || undefined,
    clientBytes: client,
  };
}

interface BackendMemory {
  readonly anonymous: number;
  readonly pss: number;
}

async function backendMemory(pid: number): Promise<BackendMemory> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0) * 1024;
  return { anonymous: bytes("Pss_Anon"), pss: bytes("Pss") };
}

function total(each: readonly BackendMemory[], of: keyof BackendMemory): number {
  return each.reduce((sum, memory) => sum + memory[of], 0);
}

export interface TreeMemory {
  /** Resident memory of the process that was found and of all below it. */
  readonly tree: number;
  /** Of those whose command line holds the second text. */
  readonly part: number;
}

/**
 * Resident memory, now, of the children of this process whose command line holds `root`, and of all their descendants.
 * @param part the same for a part of them, by another text of their command lines
 */
export async function treeMemory(root: string, part: string): Promise<TreeMemory> {
  const processes = await listProcesses();
  const roots = processes.filter(({ parent, command }) => parent === process.pid && command.includes(root));
  const members = new Set(roots.map(({ pid }) => pid));
  for (let grown = -1; grown !== members.size; ) {
    grown = members.size;
    for (const { pid, parent } of processes) if (members.has(parent)) members.add(pid);
  }
  const found = processes.filter(({ pid }) => members.has(pid));
  const sum = (of: typeof found) => of.reduce((bytes, { resident }) => bytes + resident, 0);
  return { tree: sum(found), part: sum(found.filter(({ command }) => command.includes(part))) };
}

async function listProcesses() {
  const pids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  const all = await Promise.all(
    pids.map(async (pid) => {
      const [stat, command] = await Promise.all(
        ["stat", "cmdline"].map((file) => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "")),
      );
      // The second field is the command in parentheses, which may hold anything.
      const fields = (stat ?? "").slice((stat ?? "").lastIndexOf(")") + 2).split(" ");
      return {
        pid: Number(pid),
        parent: Number(fields[1]),
        resident: Number(fields[21] ?? 0) * 4096,
        command: command ?? "",
      };
    }),
  );
  return all.filter(({ parent }) => !Number.isNaN(parent));
}
