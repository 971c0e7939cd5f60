import { skipString } from "./skip-string.ts";

/** A piece of text with its place in the file; without the spaces around it. */
export interface Piece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The parts of `text[start, end)` between its top-level commas; commas in strings, () and [] do not count. */
export function splitList(text: string, start: number, end: number): Piece[] {
  const pieces: Piece[] = [];
  let depth = 0;
  let from = start;
  for (let at = start; at < end; at += 1) {
    const char = text[at] as string;
    if (char === '"') at = skipString(text, at, end) - 1;
    else if ("([".includes(char)) depth += 1;
    else if (")]".includes(char)) depth -= 1;
    else if (char === "," && depth === 0) {
      pieces.push(trimmed(text, from, at));
      from = at + 1;
    }
  }
  pieces.push(trimmed(text, from, end));
  return pieces.filter((piece) => piece.text !== "");
}

function trimmed(text: string, start: number, end: number): Piece {
  const raw = text.slice(start, end);
  const from = start + (raw.length - raw.trimStart().length);
  return { text: raw.trim(), start: from, end: from + raw.trim().length };
}
