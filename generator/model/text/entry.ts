import { type Attribute, readAttributes } from "./attribute.ts";
import type { Comment } from "./comment.ts";
import type { Piece } from "./split-list.ts";

/**
 * One line of a block's body: a field, an enum value, a setting of a generator or datasource, or a block attribute
 * (`@@id`), whose name is then empty.
 */
export interface Entry extends Piece {
  readonly name: Piece;
  /** Type of a field without its `[]` and `?`; "" where the line has none. */
  readonly type: string;
  /** The `?` or `[]` after the type; empty, at the type's end, where it has neither. */
  readonly arity: Piece;
  readonly isUnsupported: boolean;
  readonly attributes: readonly Attribute[];
  /** What is right of the `=`; null where the line has none. */
  readonly value: Piece | null;
  /** The comments above and beside it. */
  readonly comments: readonly Comment[];
}

const fieldHead =
  /([A-Za-z0-9][A-Za-z0-9_-]*)(?:[^\S\r\n]+(Unsupported\s*\("(?:\\.|[^"\\\r\n])*"\)|[A-Za-z0-9][A-Za-z0-9_-]*))?/y;
const arity = /[^\S\r\n]*(\[[^\S\r\n]*\]\??|\?)/y;
const setting = /([A-Za-z0-9][A-Za-z0-9_-]*)[^\S\r\n]*=[^\S\r\n]*/y;

/** Reads the line `text[start, end)`, which starts with neither space nor comment and ends before its comment. */
export function readEntry(text: string, start: number, end: number, comments: readonly Comment[]): Entry {
  const whole = { text: text.slice(start, end), start, end };
  const none = { text: "", start, end: start };
  const base = { ...whole, type: "", arity: none, isUnsupported: false, attributes: [], value: null, comments };
  setting.lastIndex = start;
  const assigned = setting.exec(text);
  if (assigned !== null && setting.lastIndex <= end) {
    const from = setting.lastIndex;
    return { ...base, name: named(assigned[1], start), value: { text: text.slice(from, end), start: from, end } };
  }
  fieldHead.lastIndex = start;
  const match = fieldHead.exec(text);
  const headEnd = match === null ? start : fieldHead.lastIndex;
  const attributes = readAttributes(text, headEnd, end);
  const type = match?.[2] ?? "";
  return {
    ...base,
    name: named(match?.[1], start),
    type,
    arity: readArity(text, headEnd, end),
    isUnsupported: type.startsWith("Unsupported"),
    attributes,
  };
}

function readArity(text: string, headEnd: number, end: number): Piece {
  arity.lastIndex = headEnd;
  const mark = arity.exec(text)?.[1];
  if (mark === undefined || arity.lastIndex > end) return { text: "", start: headEnd, end: headEnd };
  return { text: mark, start: arity.lastIndex - mark.length, end: arity.lastIndex };
}

function named(name: string | undefined, start: number): Piece {
  return { text: name ?? "", start, end: start + (name?.length ?? 0) };
}
