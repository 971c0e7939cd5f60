import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { UsageError } from "../../src/cli/usage-error.ts";
import type { ProjectOptions } from "./find-schema.ts";

export interface PrismaRun {
  /** Null where a signal ended it. */
  readonly code: number | null;
  /** What it wrote to both outputs; empty where it wrote to this process's own. */
  readonly output: string;
}

export interface RunOptions {
  /** On top of this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** True: it writes to this process's terminal, or wherever its output goes. */
  readonly inherit?: boolean;
}

/**
 * `prisma generate …` of the Prisma that the project at `cwd` has installed; resolves whatever its exit code.
 *
 * @throws UsageError where it has none
 */
export function runGenerate(
  args: readonly string[],
  { schema, config }: ProjectOptions,
  cwd: string,
  { env, inherit = false }: RunOptions = {},
): Promise<PrismaRun> {
  const passedOn = [...(schema ? ["--schema", schema] : []), ...(config ? ["--config", config] : [])];
  const { bin, commands } = findPrisma(cwd);
  // Prisma starts its generators by name: where npx has not done so, they must be found beside it.
  const PATH = [commands, process.env.PATH].filter(Boolean).join(delimiter);
  const child = spawn(process.execPath, [bin, "generate", ...args, ...passedOn], {
    cwd,
    env: { ...process.env, PATH, ...env },
    stdio: inherit ? "inherit" : ["ignore", "pipe", "pipe"],
  });
  return new Promise((resolve, reject) => {
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text) => {
        output += text;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}

/** Prisma's executable, and the folder of the commands that were installed with it. */
function findPrisma(cwd: string): { bin: string; commands: string } {
  try {
    const file = createRequire(join(cwd, "package.json")).resolve("prisma/package.json");
    const { bin } = JSON.parse(readFileSync(file, "utf8")) as { bin: string | Record<string, string> };
    const folder = dirname(file);
    return {
      bin: join(folder, typeof bin === "string" ? bin : (bin.prisma as string)),
      commands: join(dirname(folder), ".bin"),
    };
  } catch (cause) {
    throw new UsageError(
      `There is no Prisma in ${cwd}. Run this in the project's folder, or \`npm install --save-dev prisma\`.`,
      { cause },
    );
  }
}
