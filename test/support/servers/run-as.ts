import { readFile } from "node:fs/promises";
import type { CommandLine } from "./installation.ts";

export interface Account {
  uid: number;
  gid: number;
}

/** The account `name` in the passwd file below `root`, or undefined. */
export async function findAccount(name: string, root = ""): Promise<Account | undefined> {
  const passwd = await readFile(`${root}/etc/passwd`, "utf8");
  const fields = passwd
    .split("\n")
    .map((line) => line.split(":"))
    .find((columns) => columns[0] === name);
  return fields && { uid: Number(fields[2]), gid: Number(fields[3]) };
}

/**
 * Runs a program as `account` (or unchanged), and lets the kernel end it when its parent dies, whatever killed the
 * parent. SIGINT is PostgreSQL's fast shutdown. Outside Linux there is no such signal; the exit handlers must do.
 */
export function runAs(account: Account | undefined, command: CommandLine): CommandLine {
  if (process.platform !== "linux") return command;
  const identity = account ? [`--reuid=${account.uid}`, `--regid=${account.gid}`, "--clear-groups"] : [];
  return { file: "setpriv", args: [...identity, "--pdeathsig=INT", "--", command.file, ...command.args] };
}

/**
 * Runs `script` (sh) in a mount namespace of its own, then whatever the script `exec`s. Mounts made by the script are
 * invisible outside and vanish with the last process inside: nothing needs to be unmounted after a crash.
 */
export function withPrivateMounts(script: string, args: string[]): CommandLine {
  return { file: "unshare", args: ["--mount", "--", "sh", "-ec", script, "sh", ...args] };
}

export const isRoot = process.getuid?.() === 0;
