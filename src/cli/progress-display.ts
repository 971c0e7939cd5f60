import type { Progress } from "../progress.ts";
import { toJson } from "./json.ts";
import { progressLine, progressLogLine } from "./progress-line.ts";
import type { Terminal } from "./terminal.ts";

/** Where the reports of a running backfill go. */
export interface ProgressDisplay {
  show(progress: Progress): void;
  /** Takes a line that is being rewritten off the screen, so that ordinary output can follow. */
  clear(): void;
  /** How often it wants to be told, in milliseconds. */
  readonly pollMs: number;
}

/** A line rewritten in place on a terminal, a line every few seconds elsewhere, JSON lines for programs. */
export function makeProgressDisplay(terminal: Terminal, json: boolean): ProgressDisplay {
  if (json) {
    const show = (progress: Progress) => terminal.out(`${toJson({ event: "progress", ...progress })}\n`);
    return { show, clear: () => undefined, pollMs: 2000 };
  }
  if (!terminal.rewritable) {
    const show = (progress: Progress) => terminal.out(`${progressLogLine(progress)}\n`);
    return { show, clear: () => undefined, pollMs: 5000 };
  }
  return {
    // One column short of the edge: a full line would make some terminals wrap.
    show: (progress) => terminal.out(`\r${progressLine(progress, terminal.columns() - 1)}\u001b[K`),
    clear: () => terminal.out("\r\u001b[K"),
    pollMs: 500,
  };
}
