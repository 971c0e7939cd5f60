/**
 * A comment of a schema file, as offsets into its text. `doc` is `///` and documents what follows, so does `block`
 * (slash-star); `plain` is `//` and documents nothing.
 */
export interface Comment {
  readonly kind: "doc" | "plain" | "block";
  readonly start: number;
  readonly end: number;
  /** The text between the comment marks. */
  readonly contentStart: number;
  readonly contentEnd: number;
}

/** The comment that starts exactly at `offset`, or null. A line comment ends before its line break. */
export function commentAt(text: string, offset: number): Comment | null {
  if (text.startsWith("//", offset)) {
    const kind = text.startsWith("///", offset) ? "doc" : "plain";
    const end = endOfLine(text, offset);
    return { kind, start: offset, end, contentStart: offset + (kind === "doc" ? 3 : 2), contentEnd: end };
  }
  if (text.startsWith("/*", offset)) {
    const close = text.indexOf("*/", offset + 2);
    const contentEnd = close < 0 ? text.length : close;
    return {
      kind: "block",
      start: offset,
      end: close < 0 ? text.length : close + 2,
      contentStart: offset + 2,
      contentEnd,
    };
  }
  return null;
}

/** Offset of the line break that ends the line of `offset`, or of the end of the text. */
export function endOfLine(text: string, offset: number): number {
  let end = offset;
  while (end < text.length && text[end] !== "\n" && text[end] !== "\r") end += 1;
  return end;
}
