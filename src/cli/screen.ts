import { stripVTControlCharacters } from "node:util";
import type { Terminal } from "./terminal.ts";

/**
 * Some lines that are written again and again: in place on a terminal, below each other elsewhere. A terminal shows as
 * many of them as fit: what has scrolled out of it cannot be written over.
 */
export function makeScreen(terminal: Terminal): { show(text: string): void } {
  let height = 0;
  return {
    show(text) {
      if (!terminal.rewritable) {
        terminal.out(text);
        return;
      }
      const lines = fitting(text.split("\n").slice(0, -1), terminal);
      // To the first of the lines written last; each line is cleared to its end, and what is left below it, too.
      const back = height > 0 ? `\u001b[${height}A` : "";
      terminal.out(`${back}${lines.map((line) => `${line}\u001b[K\n`).join("")}${back === "" ? "" : "\u001b[J"}`);
      height = heightOf(lines, terminal.columns());
    },
  };
}

/** The first lines, and how many more there are. The cursor stands below them, in a line of its own. */
function fitting(lines: readonly string[], terminal: Terminal): readonly string[] {
  const [columns, room] = [terminal.columns(), terminal.rows() - 1];
  if (heightOf(lines, columns) <= room) return lines;
  const shown = lines.findIndex((_, index) => heightOf(lines.slice(0, index + 1), columns) > room - 1);
  return [...lines.slice(0, shown), `… ${lines.length - shown} more lines`];
}

/** A line wider than the terminal takes several of its lines. */
function heightOf(lines: readonly string[], columns: number): number {
  return lines.reduce((sum, line) => {
    const width = stripVTControlCharacters(line).length;
    return sum + Math.max(1, Math.ceil(width / columns));
  }, 0);
}
