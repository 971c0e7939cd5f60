import { stripVTControlCharacters } from "node:util";
import type { Terminal } from "./terminal.ts";

/** Some lines that are written again and again: in place on a terminal, below each other elsewhere. */
export function makeScreen(terminal: Terminal): { show(text: string): void } {
  let height = 0;
  return {
    show(text) {
      // To the first of the lines written last; each line is cleared to its end, and what is left below it, too.
      const back = terminal.rewritable && height > 0 ? `\u001b[${height}A` : "";
      const lines = terminal.rewritable ? text.replaceAll("\n", "\u001b[K\n") : text;
      terminal.out(`${back}${lines}${back === "" ? "" : "\u001b[J"}`);
      height = heightOf(text, terminal.columns());
    },
  };
}

/** A line wider than the terminal takes several of its lines. */
function heightOf(text: string, columns: number): number {
  const lines = stripVTControlCharacters(text).split("\n").slice(0, -1);
  return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0);
}
