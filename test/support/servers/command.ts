import { spawn } from "node:child_process";

export interface CommandResult {
  code: number | null;
  output: string;
}

/** Runs a command without standard input; `output` is stdout and stderr as they came. Never throws on an exit code. */
export function run(file: string, args: string[], env: NodeJS.ProcessEnv = process.env): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"], env });
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr.on("data", (chunk) => {
      output += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}

/** Like {@link run}; an exit code other than 0 is an error that ends with the last lines of the output. */
export async function runOrThrow(file: string, args: string[], env?: NodeJS.ProcessEnv): Promise<string> {
  const { code, output } = await run(file, args, env);
  if (code === 0) return output;
  throw new Error(`${file} ${args.join(" ").slice(0, 200)} ended with ${code}:\n${lastLines(output)}`);
}

export function lastLines(text: string, count = 25): string {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}
