import type { Attribute, Block, Entry } from "../model/index.ts";
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

/** Spaces that bring the attribute into the column of its nearest neighbour's; one where that column is taken. */
function gapBefore({ file, entries }: Block, entry: Entry): number {
  const column = (offset: number) => file.positionAt(offset).column;
  const at = entries.indexOf(entry);
  const neighbours = entries
    .map((other, index) => ({ other, distance: Math.abs(index - at) }))
    .filter(({ other }) => other.name.text !== "" && other.attributes.length > 0 && isSameParagraph(other, entry))
    .sort((a, b) => a.distance - b.distance);
  const [nearest] = neighbours;
  if (nearest === undefined) return 1;
  return Math.max(1, column(nearest.other.attributes[0]?.start ?? 0) - column(entry.arity.end));

  function isSameParagraph(a: Entry, b: Entry): boolean {
    const between = file.text.slice(Math.min(a.end, b.end), Math.max(a.start, b.start));
    return !/(?:\r\n|\r|\n)[^\S\r\n]*(?:\r\n|\r|\n)/.test(between);
  }
}
