import { relative } from "node:path";
import { codeFrame } from "./code-frame.ts";
import type { Problem, ProblemCode } from "./problem.ts";

/** A problem as it is reported. */
export interface ReportedProblem {
  readonly code: ProblemCode;
  /** Absolute path of the schema file. */
  readonly path: string;
  /** 1-based; the column counts UTF-16 units. */
  readonly line: number;
  readonly column: number;
  readonly reason: string;
  readonly fix: string;
  readonly frame: string;
}

/**
 * Every mistake in the annotations and the generator block, in all schema files, ordered by place. The message is what
 * the user reads: `path:line:column` (relative to the working directory), code frame, reason and fix of each.
 */
export class AnnotationError extends Error {
  override readonly name = "AnnotationError";
  readonly code = "ANNOTATION_INVALID";
  readonly problems: readonly ReportedProblem[];

  constructor(problems: readonly Problem[]) {
    const reported = [...problems].sort(byPlace).map(report);
    const count = reported.length === 1 ? "1 mistake" : `${reported.length} mistakes`;
    super([`prisma-partition: ${count} in the schema`, ...reported.map(print)].join("\n\n"));
    this.problems = reported;
  }
}

/** Throws when there is a problem. */
export function assertSound(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new AnnotationError(problems);
}

function byPlace(a: Problem, b: Problem): number {
  if (a.span.file.path !== b.span.file.path) return a.span.file.path < b.span.file.path ? -1 : 1;
  return a.span.start - b.span.start;
}

function report({ code, span, reason, fix }: Problem): ReportedProblem {
  return { code, path: span.file.path, ...span.file.positionAt(span.start), reason, fix, frame: codeFrame(span) };
}

function print({ path, line, column, frame, reason, fix }: ReportedProblem): string {
  return `${relative(process.cwd(), path)}:${line}:${column}\n${frame}\n${reason}\nFix: ${fix}`;
}
