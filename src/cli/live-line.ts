import type { Terminal } from "./terminal.ts";

/** One line of a terminal that is written again and again. */
export interface LiveLine {
  /** `line` gets the width that the terminal has now. */
  show(line: (width: number) => string): void;
  /** Takes the line off the screen, so that ordinary output can follow. */
  clear(): void;
}

/** Null where a line cannot be rewritten: in a pipe, in a file. */
export function makeLiveLine(terminal: Terminal): LiveLine | null {
  if (!terminal.rewritable) return null;
  return {
    // One column short of the edge: a full line would make some terminals wrap.
    show: (line) => terminal.out(`\r${line(terminal.columns() - 1)}\u001b[K`),
    clear: () => terminal.out("\r\u001b[K"),
  };
}
