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
  readonly isUnsupported: boolean;
  readonly attributes: readonly Attribute[];
  /** What is right of the `=`; null where the line has none. */
  readonly value: Piece | null;
  /** The comments above and beside it. */
  readonly comments: readonly Comment[];
}

const fieldHead =
  /([A-Za-z0-9][A-Za-z0-9_-]*)(?:[^\S\r\n]+(Unsupported\s*\("(?:\\.|[^"\\\r\n])*"\)|[A-Za-z0-9][A-Za-z0-9_-]*))?/y;
const setting = /([A-Za-z0-9][A-Za-z0-9_-]*)[^\S\r\n]*=[^\S\r\n]*/y;

/** Reads the line `text[start, end)`, which starts with neither space nor comment and ends before its comment. */
export function readEntry(text: string, start: number, end: number, comments: readonly Comment[]): Entry {
  const whole = { text: text.slice(start, end), start, end };
  const base = { ...whole, type: "", isUnsupported: false, attributes: [], value: null, comments };
  setting.lastIndex = start;
  const assigned = setting.exec(text);
  if (assigned !== null && setting.lastIndex <= end) {
    const from = setting.lastIndex;
    return { ...base, name: named(assigned[1], start), value: { text: text.slice(from, end), start: from, end } };
  }
  fieldHead.lastIndex = start;
  const match = fieldHead.exec(text);
  const attributes = readAttributes(text, match === null ? start : fieldHead.lastIndex, end);
  const type = match?.[2] ?? "";
  return { ...base, name: named(match?.[1], start), type, isUnsupported: type.startsWith("Unsupported"), attributes };
}

function named(name: string | undefined, start: number): Piece {
  return { text: name ?? "", start, end: start + (name?.length ?? 0) };
}
