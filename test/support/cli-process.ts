/** `prisma-partition …` as a process of its own, of the build, that a test can signal. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "./package-root.ts";

export interface CliProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string }>;
  /** Resolves when the error output matches. */
  errs(pattern: RegExp): Promise<void>;
}

export function startCli(args: readonly string[]): CliProcess {
  const bin = join(packageRoot, "dist", "generator", "bin.mjs");
  if (!existsSync(bin)) throw new Error(`${bin} not found. Run: npm run build`);
  const child = spawn(process.execPath, [bin, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  const ended = new Promise<Awaited<CliProcess["ended"]>>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return {
    child,
    ended,
    errs: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => pattern.test(stderr) && resolve();
        child.stderr.on("data", look);
        ended.then((end) => reject(new Error(`ended without ${pattern}: ${JSON.stringify(end)}`)), reject);
        look();
      }),
  };
}
