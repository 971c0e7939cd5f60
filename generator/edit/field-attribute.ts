import type { Attribute, Block, Entry, SourceFile } from "../model/index.ts";
import type { Edit } from "./edit.ts";

/** Takes an attribute off a field; what comes after it moves up to where it stood. */
export function removeFromField({ file }: Block, entry: Entry, attribute: Attribute): Edit {
  const next = entry.attributes[entry.attributes.indexOf(attribute) + 1];
  if (next !== undefined) return { ...file.span(attribute.start, next.start), text: "" };
  const before = file.text.slice(entry.start, attribute.start);
  return { ...file.span(entry.start + before.trimEnd().length, attribute.end), text: "" };
}

/**
 * Puts an attribute before those that the field has. Where it has none, it comes right of the type, in the column in
 * which the fields beside it have theirs.
 */
export function addToField(block: Block, entry: Entry, attribute: string): Edit {
  const first = entry.attributes[0];
  if (first !== undefined) return { ...block.file.span(first.start, first.start), text: `${attribute} ` };
  const { end } = entry.arity;
  return { ...block.file.span(end, end), text: `${" ".repeat(gapBefore(block, entry))}${attribute}` };
}

/**
 * Spaces that bring the attribute into the column of its nearest neighbour's; where none has an attribute, but all types
 * are in one column, right of the longest type.
 */
function gapBefore(block: Block, entry: Entry): number {
  const { file } = block;
  const column = (offset: number) => file.positionAt(offset).column;
  const at = block.entries.indexOf(entry);
  const distance = (other: Entry) => Math.abs(block.entries.indexOf(other) - at);
  const paragraph = block.entries.filter((other) => other.name.text !== "" && isSameParagraph(file, other, entry));
  const [nearest] = paragraph
    .flatMap((other) => other.attributes.slice(0, 1).map(({ start }) => ({ start, distance: distance(other) })))
    .sort((a, b) => a.distance - b.distance);
  const types = new Set(paragraph.map(({ arity, type }) => column(arity.end - arity.text.length - type.length)));
  const ends = types.size === 1 ? paragraph.map(({ arity }) => column(arity.end) + 1) : [];
  const wanted = nearest === undefined ? Math.max(0, ...ends) : column(nearest.start);
  return Math.max(1, wanted - column(entry.arity.end));
}

/** Fields with an empty line between them are aligned apart. */
function isSameParagraph(file: SourceFile, a: Entry, b: Entry): boolean {
  const between = file.text.slice(Math.min(a.end, b.end), Math.max(a.start, b.start));
  return !/(?:\r\n|\r|\n)[^\S\r\n]*(?:\r\n|\r|\n)/.test(between);
}
