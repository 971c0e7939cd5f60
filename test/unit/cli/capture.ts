import { makeTerminal, type Terminal } from "../../../src/cli/terminal.ts";

/** A terminal of that many columns (none: a pipe) that keeps what is written to it. */
export function captureTerminal(columns?: number, env: Record<string, string> = {}, rows = 24) {
  const written = { out: "", err: "" };
  const stream = (name: "out" | "err") => ({
    ...(columns === undefined ? {} : { isTTY: true, columns, rows }),
    write: (text: string) => {
      written[name] += text;
    },
  });
  const terminal: Terminal = makeTerminal(stream("out"), stream("err"), env);
  return { terminal, written };
}
