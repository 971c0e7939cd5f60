import type { Span } from "../../model/index.ts";

/** What is wrong; stable, for tests and tools. */
export type ProblemCode =
  | "syntax"
  | "misspelt"
  | "plain-comment"
  | "misplaced"
  | "cut-off"
  | "repeated-annotation"
  | "unknown-argument"
  | "duplicate-argument"
  | "positional-argument"
  | "missing-argument"
  | "invalid-value"
  | "unknown-field"
  | "unusable-key"
  | "unusable-model"
  | "provider"
  | "key-missing"
  | "relation-without-key"
  | "self-relation"
  | "generator-option";

/** One mistake, and where it is. */
export interface Problem {
  readonly code: ProblemCode;
  readonly span: Span;
  /** Why it is refused. */
  readonly reason: string;
  /** What to do. */
  readonly fix: string;
}

/** Why a value is refused; `span` narrows it down where only a part of it is wrong. */
export interface Refusal {
  readonly reason: string;
  readonly fix: string;
  readonly span?: Span;
}

/** What reading something gives: the value, or why there is none. */
export type Result<T> = { readonly value: T } | { readonly refusal: Refusal };

export function accept<T>(value: T): Result<T> {
  return { value };
}

export function refuse(reason: string, fix: string, span?: Span): { readonly refusal: Refusal } {
  return { refusal: span === undefined ? { reason, fix } : { reason, fix, span } };
}
