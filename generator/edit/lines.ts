import { endOfLine, type SourceFile } from "../model/index.ts";

/** Offset of the first character of the line of `offset`. */
export function startOfLine(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && !"\r\n".includes(text[start - 1] as string)) start -= 1;
  return start;
}

/** The line break at `offset`, LF, CRLF or CR; empty where there is none. */
export function lineBreakAt(text: string, offset: number): string {
  return /^(?:\r\n|\r|\n)/.exec(text.slice(offset, offset + 2))?.[0] ?? "";
}

/** The line break that ends the line of `offset`, or on the last line the file's first; LF in a file of one line. */
export function lineBreakOf({ text }: SourceFile, offset: number): string {
  return lineBreakAt(text, endOfLine(text, offset)) || (/\r\n|\r|\n/.exec(text)?.[0] ?? "\n");
}

/** The white space that the line of `offset` begins with. */
export function indentOf(text: string, offset: number): string {
  return /^[^\S\r\n]*/.exec(text.slice(startOfLine(text, offset), offset))?.[0] ?? "";
}
