import type { FindingCode } from "./registry.ts";

/** `error`: rows are, or soon will be, in the wrong place, or a write may fail. `warning`: it will be, if nobody acts. */
export type Severity = "error" | "warning" | "info";

/** One thing that is not as it should be, and what mends it. */
export interface Finding {
  /** Stable, for programs. */
  readonly code: FindingCode;
  readonly severity: Severity;
  /** The table, partition, index, job, … that it is about. */
  readonly subject: string;
  /** What was found. */
  readonly what: string;
  /** Why that matters. */
  readonly why: string;
  /** What mends it, ready to copy: shell commands, or SQL statements, one a line, each ending in a semicolon. */
  readonly command: string;
  readonly language: "sh" | "sql";
}
