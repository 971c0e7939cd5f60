import type { ChildProcess } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";

/**
 * Servers never outlive the process that started them. Three things see to it: `stop()`; the handlers below, when the
 * process exits or is told to; and the parent-death signal of `runAs` (Linux), when it is killed. What a kill leaves
 * behind is a data directory, which the next start removes.
 */
const owned = new Map<ChildProcess, string>();
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Ends `child` and removes `directory` when this process ends. */
export function own(child: ChildProcess, directory: string): void {
  if (owned.size === 0) {
    process.on("exit", endAll);
    for (const signal of signals) process.on(signal, onSignal);
  }
  owned.set(child, directory);
}

export function disown(child: ChildProcess): void {
  if (owned.delete(child) && owned.size === 0) removeHandlers();
}

function onSignal(signal: NodeJS.Signals): void {
  endAll();
  // As without our handler, unless somebody else handles the signal.
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}

function endAll(): void {
  const ending = [...owned];
  owned.clear();
  removeHandlers();
  // SIGQUIT is the immediate shutdown: nobody will read this data again.
  for (const [child] of ending) child.kill("SIGQUIT");
  for (const [child, directory] of ending) {
    const deadline = Date.now() + 3000;
    while (child.pid !== undefined && isRunning(child.pid) && Date.now() < deadline) sleep(10);
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

function removeHandlers(): void {
  process.off("exit", endAll);
  for (const signal of signals) process.off(signal, onSignal);
}

/** Whether `pid` is a live process; a zombie, which Node cannot reap while it waits here, is not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch (error) {
    // EPERM: alive, somebody else's. ENOENT without /proc (macOS): alive as far as we can see.
    const { code } = error as NodeJS.ErrnoException;
    return code === "EPERM" || (code === "ENOENT" && process.platform !== "linux");
  }
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
