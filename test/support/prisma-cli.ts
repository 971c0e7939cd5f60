import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { chmodSync, existsSync, readdirSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { packageRoot } from "./package-root.ts";
import type { EngineMode } from "./schema-engine/run-script.ts";

export type { EngineMode };

export interface PrismaResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface PrismaOptions {
  /** On top of this process's environment, minus `CI`; undefined removes a variable. */
  env?: Record<string, string | undefined>;
  /** How migrations are executed; by default as the project's Prisma does (`split`). */
  mode?: EngineMode;
  /** An exit code other than 0 is an error, unless this is set; then 0 is one. "either" accepts both. */
  expectFailure?: boolean | "either";
}

/**
 * Runs the Prisma CLI that is installed in the project at `cwd`: `runPrisma(cwd, ["migrate", "deploy"])`. It has no
 * standard input and no terminal.
 */
export async function runPrisma(cwd: string, args: string[], options: PrismaOptions = {}): Promise<PrismaResult> {
  const { CI: _, FORCE_COLOR: __, ...inherited } = process.env;
  const env = {
    ...inherited,
    CHECKPOINT_DISABLE: "1",
    PRISMA_HIDE_UPDATE_MESSAGE: "1",
    NO_COLOR: "1",
    ...schemaEngineEnv(options.mode, cwd),
    ...options.env,
  };
  const result = await runCommand(join(cwd, "node_modules", ".bin", "prisma"), args, {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { expectFailure = false } = options;
  if (expectFailure === "either" || (result.code !== 0) === expectFailure) return result;
  throw new Error(`prisma ${args.join(" ")} in ${cwd} ended with ${result.code}\n${result.stdout}\n${result.stderr}`);
}

/** Runs a command to its end, whatever its exit code; output that is not piped is not in the result. */
export function runCommand(
  command: string,
  args: string[],
  options: SpawnOptions,
  onStart?: (child: ChildProcess) => void,
): Promise<PrismaResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, options);
    onStart?.(child);
    let stdout = "";
    let stderr = "";
    child.stdout?.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/**
 * The variables under which the Prisma CLI of the project at `cwd` works without its engine's download. None when it has
 * the real engine, or was told of one, unless `mode` asks for "batch", which the real one no longer does.
 */
export function schemaEngineEnv(mode?: EngineMode, cwd = process.cwd()): Record<string, string> {
  if (mode !== "batch" && (process.env.PRISMA_SCHEMA_ENGINE_BINARY || hasRealEngine(cwd))) return {};
  const script = join(packageRoot, "build", "test", "support", "schema-engine", "main.mjs");
  if (!existsSync(script)) throw new Error(`${script} not found. Run: npm run build`);
  chmodSync(script, 0o755);
  return {
    PRISMA_SCHEMA_ENGINE_BINARY: script,
    ...(mode ? { PRISMA_PARTITION_ENGINE_MODE: mode } : {}),
  };
}

/** Prisma downloads its engine into the package `@prisma/engines`, beside the `prisma` that uses it. */
function hasRealEngine(cwd: string): boolean {
  try {
    const prisma = createRequire(join(cwd, "package.json")).resolve("prisma/package.json");
    const engines = createRequire(realpathSync(prisma)).resolve("@prisma/engines/package.json");
    return readdirSync(dirname(engines)).some((name) => name.startsWith("schema-engine-"));
  } catch {
    return false;
  }
}
