import { skipString } from "./skip-string.ts";
import { type Piece, splitList } from "./split-list.ts";

/** An argument of a Prisma attribute; `name` is null for a positional one. */
export interface AttributeArgument extends Piece {
  readonly name: string | null;
  /** The value alone, where `text` is `name: value`. */
  readonly value: Piece;
}

/** `@id`, `@db.Uuid`, `@@unique([a, b], map: "x")`: `name` is without the at signs. */
export interface Attribute extends Piece {
  readonly name: string;
  readonly arguments: readonly AttributeArgument[];
}

const head = /@{1,2}\s*([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)/y;
const argumentName = /^([A-Za-z0-9_-]+)\s*:\s*/;

/** Every attribute in `text[start, end)`, in order. The range holds no comment. */
export function readAttributes(text: string, start: number, end: number): Attribute[] {
  const attributes: Attribute[] = [];
  for (let at = start; at < end; at += 1) {
    head.lastIndex = at;
    const match = head.exec(text);
    if (match === null) continue;
    const open = skipSpaces(text, head.lastIndex, end);
    const close = text[open] === "(" ? closingParenthesis(text, open, end) : null;
    const stop = close === null ? at + match[0].length : close + 1;
    attributes.push({
      name: match[1] as string,
      text: text.slice(at, stop),
      start: at,
      end: stop,
      arguments: close === null ? [] : splitList(text, open + 1, close).map(readArgument),
    });
    at = stop - 1;
  }
  return attributes;
}

/** The argument called `name`, or the one that stands unnamed at `position`. */
export function findArgument(attribute: Attribute, name: string, position?: number): AttributeArgument | undefined {
  const named = attribute.arguments.find((argument) => argument.name === name);
  const unnamed = position === undefined ? undefined : attribute.arguments[position];
  return named ?? (unnamed?.name === null ? unnamed : undefined);
}

/** The elements of an argument such as `[id, email(sort: Desc)]`. A value without brackets is its own only element. */
export function listItems(text: string, argument: AttributeArgument): Piece[] {
  const { value } = argument;
  return value.text.startsWith("[") ? splitList(text, value.start + 1, value.end - 1) : [value];
}

/** What a string literal says; null for anything else. */
export function stringValue(piece: Piece): string | null {
  if (!piece.text.startsWith('"')) return null;
  try {
    return JSON.parse(piece.text) as string;
  } catch {
    return piece.text.slice(1, -1);
  }
}

function readArgument(piece: Piece): AttributeArgument {
  const match = argumentName.exec(piece.text);
  if (match === null) return { ...piece, name: null, value: piece };
  const skipped = match[0].length;
  const value = { text: piece.text.slice(skipped), start: piece.start + skipped, end: piece.end };
  return { ...piece, name: match[1] as string, value };
}

function skipSpaces(text: string, offset: number, end: number): number {
  let at = offset;
  while (at < end && /\s/.test(text[at] as string)) at += 1;
  return at;
}

function closingParenthesis(text: string, open: number, end: number): number | null {
  let depth = 0;
  for (let at = open; at < end; at += 1) {
    if (text[at] === '"') at = skipString(text, at, end) - 1;
    else if (text[at] === "(") depth += 1;
    else if (text[at] === ")") {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return null;
}
