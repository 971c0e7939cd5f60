import { type Attribute, findArgument, listItems, type Piece, type SourceFile } from "../model/index.ts";
import type { Edit } from "./edit.ts";

/** The fields of `@@id([a, b(sort: Desc)])`, each as it is written. */
export function keyItems(file: SourceFile, attribute: Attribute): Piece[] {
  const list = findArgument(attribute, "fields", 0);
  return list === undefined ? [] : listItems(file.text, list);
}

/** `b` of `b(sort: Desc)`. */
export function fieldOf(item: Piece): string {
  return item.text.replace(/\s*\(.*$/s, "");
}

/** `sort: Desc` of `b(sort: Desc)`; empty where there is nothing in parentheses. */
export function settingsOf(item: Piece): string {
  return /\(\s*(.*?)\s*\)$/s.exec(item.text)?.[1] ?? "";
}

/** `@@unique([a, b])` → `@@unique([a, b, key])`. */
export function appendToKey(file: SourceFile, attribute: Attribute, field: string): Edit[] {
  const last = keyItems(file, attribute).at(-1);
  const value = findArgument(attribute, "fields", 0)?.value;
  if (last === undefined || value === undefined) return [];
  if (value.text.startsWith("[")) return [{ ...file.span(last.end, last.end), text: `, ${field}` }];
  return [
    { ...file.span(value.start, value.start), text: "[" },
    { ...file.span(value.end, value.end), text: `, ${field}]` },
  ];
}

/** Makes the list hold exactly these fields, in this order; what is said of a field in parentheses stays with it. */
export function setKeyFields(file: SourceFile, attribute: Attribute, fields: readonly string[]): Edit[] {
  const items = keyItems(file, attribute);
  const kept = items.filter((item) => fields.includes(fieldOf(item)));
  if (kept.map(fieldOf).join() === fields.join()) return items.flatMap((item) => removeItem(file, items, item, kept));
  const [first, last] = [items[0], items.at(-1)];
  if (first === undefined || last === undefined) return [];
  const written = fields.map((field) => items.find((item) => fieldOf(item) === field)?.text ?? field);
  return [{ ...file.span(first.start, last.end), text: written.join(", ") }];
}

/** With the comma before it, or after it where it is the first. */
function removeItem(file: SourceFile, items: readonly Piece[], item: Piece, kept: readonly Piece[]): Edit[] {
  if (kept.includes(item)) return [];
  const at = items.indexOf(item);
  const [before, after] = [items[at - 1], items[at + 1]];
  if (before !== undefined) return [{ ...file.span(before.end, item.end), text: "" }];
  return after === undefined ? [] : [{ ...file.span(item.start, after.start), text: "" }];
}
