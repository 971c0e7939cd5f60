import type { Progress } from "../progress/progress.ts";
import { toJson } from "./json.ts";
import { makeLiveLine } from "./live-line.ts";
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
  const line = makeLiveLine(terminal);
  if (line === null) {
    const show = (progress: Progress) => terminal.out(`${progressLogLine(progress)}\n`);
    return { show, clear: () => undefined, pollMs: 5000 };
  }
  return {
    show: (progress) => line.show((width) => progressLine(progress, width)),
    clear: line.clear,
    pollMs: 500,
  };
}
