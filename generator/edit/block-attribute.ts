import { type Block, type Entry, endOfLine } from "../model/index.ts";
import type { Edit } from "./edit.ts";
import { indentOf, lineBreakAt, lineBreakOf, startOfLine } from "./lines.ts";

/** `@@id([…])` and the like: they have no field's name. */
export function isBlockAttribute(entry: Entry): boolean {
  return entry.name.text === "";
}

/**
 * Adds lines before the model's first block attribute and the comments above it, or else, after an empty line, below
 * its last field.
 */
export function addLines({ file, entries }: Block, lines: readonly string[]): Edit[] {
  if (lines.length === 0) return [];
  const first = entries.find(isBlockAttribute);
  if (first !== undefined) {
    const above = first.comments.find(({ start }) => start < first.start);
    const at = startOfLine(file.text, above?.start ?? first.start);
    const [indent, lineBreak] = [indentOf(file.text, first.start), lineBreakOf(file, first.end)];
    return [{ ...file.span(at, at), text: lines.map((line) => `${indent}${line}${lineBreak}`).join("") }];
  }
  const last = entries.at(-1);
  if (last === undefined) return [];
  const end = endOfLine(file.text, Math.max(last.end, ...last.comments.map((comment) => comment.end)));
  const [indent, lineBreak] = [indentOf(file.text, last.start), lineBreakOf(file, end)];
  return [{ ...file.span(end, end), text: lineBreak + lines.map((line) => `${lineBreak}${indent}${line}`).join("") }];
}

/**
 * Removes block attributes, each with its line, unless a comment beside it is to stay. With the last of them goes the
 * empty line that set them off.
 */
export function removeLines({ file, entries }: Block, removed: readonly Entry[]): Edit[] {
  const edits = removed.map((entry): Edit => {
    const beside = entry.comments.find(({ start }) => start >= entry.end);
    if (beside !== undefined) return { ...file.span(entry.start, beside.start), text: "" };
    const end = endOfLine(file.text, entry.end);
    const start = startOfLine(file.text, entry.start);
    return { ...file.span(start, end + lineBreakAt(file.text, end).length), text: "" };
  });
  const [first, last] = [edits[0], edits.at(-1)];
  const isAll = entries.filter(isBlockAttribute).every((entry) => removed.includes(entry));
  if (first === undefined || last === undefined || !isAll) return edits;
  const emptyLine = /(?:\r\n|\r|\n)([^\S\r\n]*(?:\r\n|\r|\n))$/.exec(file.text.slice(0, first.start))?.[1];
  const isLastInBody = /^[^\S\r\n]*\}/.test(file.text.slice(last.end));
  if (emptyLine === undefined || !isLastInBody) return edits;
  return [{ ...first, start: first.start - emptyLine.length }, ...edits.slice(1)];
}
