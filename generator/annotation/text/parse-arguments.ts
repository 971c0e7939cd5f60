import type { Span } from "../../model/index.ts";
import type { Problem } from "../problem/problem.ts";
import type { Argument, Literal, Value } from "./argument.ts";

/** A text whose characters know where they stand. */
export interface Located {
  readonly text: string;
  span(start: number, end: number): Span;
}

export interface ParsedArguments {
  readonly arguments: readonly Argument[];
  readonly problems: readonly Problem[];
  /** Offset after the closing parenthesis. */
  readonly end: number;
}

const name = /([A-Za-z_][\w-]*)\s*:/y;
const identifier = /[\p{L}_][\p{L}\p{N}_-]*/uy;
/** Not the number of `10 days`. */
const number = /-?\d+(?:\.\d+)?(?![^\S\r\n]+[a-z])/iy;
const literals = [
  ["number", number],
  ["identifier", identifier],
] as const;
/** What ends a number or an identifier. */
const end = /^(?:[\s,)\]:]|$)/;
const bare = /'[^'\r\n]*'|\d+[^\S\r\n]+[a-z]+|[^\s,)\]]+/iy;
const string = /"(?:\\.|[^"\\\r\n])*"/y;

/**
 * Reads `(timestamp, interval: monthly, schedule: ["* * * * *"])` from the opening parenthesis on. White space, line
 * breaks included, stands anywhere; a trailing comma is allowed. After a mistake it goes on at the next comma, so that
 * one mistake hides no other.
 */
export function parseArguments(source: Located, open: number): ParsedArguments {
  return new Parser(source, open).parse();
}

/** Reads one value that is known to be well-formed, such as the default of an argument. */
export function parseValue(source: Located): Value {
  const parsed = parseArguments({ text: `(${source.text})`, span: (start, end) => source.span(start - 1, end - 1) }, 0);
  return (parsed.arguments[0] as Argument).value;
}

class Parser {
  readonly #source: Located;
  readonly #text: string;
  readonly #open: number;
  readonly #problems: Problem[] = [];
  #at: number;
  #hasOpenString = false;

  constructor(source: Located, open: number) {
    this.#source = source;
    this.#text = source.text;
    this.#open = open;
    this.#at = open + 1;
  }

  parse(): ParsedArguments {
    const found: Argument[] = [];
    while (true) {
      this.#skipSpaces();
      if (this.#at >= this.#text.length) {
        return this.#unclosed();
      }
      if (this.#text[this.#at] === ")") {
        this.#at += 1;
        break;
      }
      if (this.#text[this.#at] === ",") {
        this.#problem(this.#at, this.#at + 1, "There is no argument before this comma.", "remove the comma.");
        this.#at += 1;
        continue;
      }
      const argument = this.#argument();
      if (argument !== null) found.push(argument);
      this.#endOfArgument();
    }
    return { arguments: found, problems: this.#problems, end: this.#at };
  }

  /** What was read is the text after the annotation as well; only a string that swallowed the end says more. */
  #unclosed(): ParsedArguments {
    if (!this.#hasOpenString) {
      this.#problems.length = 0;
      this.#problem(this.#open, this.#open + 1, "This annotation is not closed.", "end it with `)`.");
    }
    return { arguments: [], problems: this.#problems, end: this.#at };
  }

  #argument(): Argument | null {
    const start = this.#at;
    const match = this.#match(name);
    const label =
      match === null
        ? null
        : { text: match[1] as string, span: this.#source.span(start, start + (match[1] as string).length) };
    this.#skipSpaces();
    if (label !== null && (this.#at >= this.#text.length || ",)".includes(this.#text[this.#at] as string))) {
      this.#problem(start, this.#at, `The argument \`${label.text}\` has no value.`, `write \`${label.text}: …\`.`);
      return null;
    }
    const value = this.#text[this.#at] === "[" ? this.#list() : this.#literal();
    return value === null ? null : { name: label, value };
  }

  #list(): Value | null {
    const start = this.#at;
    const items: Literal[] = [];
    this.#at += 1;
    while (true) {
      this.#skipSpaces();
      const char = this.#text[this.#at];
      if (char === undefined || char === ")") {
        this.#problem(start, start + 1, "This list is not closed.", "end it with `]`.");
        return null;
      }
      this.#at += char === "," || char === "]" ? 1 : 0;
      if (char === "]") return { type: "list", items, span: this.#source.span(start, this.#at) };
      if (char === ",") continue;
      const item = this.#literal();
      if (item === null) return null;
      items.push(item);
    }
  }

  #literal(): Literal | null {
    const start = this.#at;
    if (this.#text[start] === '"') {
      const quoted = this.#match(string);
      if (quoted !== null) return this.#made("string", start, unquote(quoted[0]));
      const line = this.#text.slice(start).split(/[\r\n]/, 1)[0] as string;
      this.#at = start + line.length;
      this.#problem(start, this.#at, "This string is not closed.", 'end it with `"` on the same line.');
      this.#hasOpenString = true;
      return null;
    }
    for (const [type, pattern] of literals) {
      const match = this.#match(pattern);
      if (match !== null && end.test(this.#text.slice(this.#at))) return this.#made(type, start, match[0]);
      this.#at = start;
    }
    // 2024-01-01, 10 days or '10 days': let whoever reads the argument say what it should have been.
    if (this.#match(bare) === null) this.#at += 1;
    return this.#made("bare", start, this.#text.slice(start, this.#at));
  }

  /** After an argument there is a comma or the closing parenthesis. */
  #endOfArgument(): void {
    this.#skipSpaces();
    const start = this.#at;
    while (this.#at < this.#text.length && !",)".includes(this.#text[this.#at] as string)) {
      if (this.#match(string) === null) this.#at += 1;
    }
    const stray = this.#text.slice(start, this.#at).trimEnd();
    if (stray !== "" && this.#problems.length === 0) {
      const reason = `There is no comma between the argument before it and \`${stray.split(/[\r\n]/, 1)[0]}\`.`;
      this.#problem(
        start,
        start + stray.length,
        reason,
        'separate arguments with commas, and put text such as "10 days" in double quotes.',
      );
    }
    if (this.#text[this.#at] === ",") this.#at += 1;
  }

  #made(type: Literal["type"], start: number, text: string): Literal {
    return { type, text, span: this.#source.span(start, this.#at) };
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#at = pattern.lastIndex;
    return match;
  }

  #skipSpaces(): void {
    while (this.#at < this.#text.length && /\s/.test(this.#text[this.#at] as string)) this.#at += 1;
  }

  #problem(start: number, end: number, reason: string, fix: string): void {
    this.#problems.push({ code: "syntax", span: this.#source.span(start, end), reason, fix });
  }
}

function unquote(literal: string): string {
  try {
    return JSON.parse(literal) as string;
  } catch {
    return literal.slice(1, -1).replace(/\\(.)/g, "$1");
  }
}
