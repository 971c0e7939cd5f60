import { createInterface } from "node:readline/promises";

/** Whether somebody is there to answer. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true;
}

/** Asks on the terminal. Only `y` and `yes` are a yes; Ctrl-C gives "interrupted", Ctrl-D a no. */
export async function confirm(question: string): Promise<"yes" | "no" | "interrupted"> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await new Promise((resolve) => {
      lines.on("SIGINT", () => resolve("interrupted"));
      lines.on("close", () => resolve("no"));
      lines.question(`${question} [y/N] `).then(
        (answer) => resolve(/^y(?:es)?$/i.test(answer.trim()) ? "yes" : "no"),
        () => resolve("no"),
      );
    });
  } finally {
    lines.close();
  }
}
