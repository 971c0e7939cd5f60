import type { Span } from "../../model/index.ts";

/** A value as it is written. `text` of a string is what it says; of a `bare` one (no valid literal) what stands there. */
export interface Literal {
  readonly type: "identifier" | "number" | "string" | "bare";
  readonly text: string;
  readonly span: Span;
}

/** `[ … ]` */
export interface LiteralList {
  readonly type: "list";
  readonly items: readonly Literal[];
  readonly span: Span;
}

export type Value = Literal | LiteralList;

/** One argument of an annotation. */
export interface Argument {
  /** Null for a positional one. */
  readonly name: { readonly text: string; readonly span: Span } | null;
  readonly value: Value;
}

/** A value as it would be written. */
export function show(value: Value): string {
  if (value.type === "list") return `[${value.items.map(show).join(", ")}]`;
  return value.type === "string" ? JSON.stringify(value.text) : value.text;
}
