import type { DMMF } from "@prisma/generator-helper";
import { primaryKeyName, uniqueName } from "./constraint-names.ts";
import type { Field, Key } from "./model.ts";
import { type Attribute, findArgument, listItems, stringValue } from "./text/attribute.ts";
import type { Block } from "./text/schema-text.ts";

/**
 * The primary key and the uniques of a model. Which there are, and their `map:`, is the DMMF's; where they stand, and
 * whether a `where:` makes one partial (the DMMF does not say), is read from the text.
 */
export function readKeys(
  indexes: readonly DMMF.Index[],
  block: Block,
  table: string,
  fields: readonly Field[],
): { primaryKey: Key | null; uniques: Key[] } {
  const keys = indexes
    .filter((index) => index.type === "id" || index.type === "unique")
    .map((index) => readKey(index, block, table, fields));
  return {
    primaryKey: keys.find((key) => key.kind === "id") ?? null,
    uniques: keys.filter((key) => key.kind === "unique"),
  };
}

function readKey(index: DMMF.Index, block: Block, table: string, fields: readonly Field[]): Key {
  const kind = index.type === "id" ? "id" : "unique";
  const names = index.fields.map((field) => field.name);
  const parts = names.map((name) => fields.find((field) => field.name === name));
  const columns = names.map((name, at) => parts[at]?.column ?? name);
  const attribute = findAttribute(block, kind, names, index.isDefinedOnField, index.dbName ?? null);
  return {
    kind,
    name: index.dbName ?? (kind === "id" ? primaryKeyName(table) : uniqueName(table, columns)),
    isNamed: index.dbName !== undefined,
    fields: names,
    columns,
    identifies: parts.every((field) => field?.isRequired === true) && findArgument(attribute, "where") === undefined,
    isOnField: index.isDefinedOnField,
    attribute,
    span: block.file.span(attribute.start, attribute.end),
  };
}

function findAttribute(
  block: Block,
  kind: string,
  fields: readonly string[],
  onField: boolean,
  map: string | null,
): Attribute {
  const candidates = block.entries
    .filter((entry) => entry.name.text === (onField ? fields[0] : ""))
    .flatMap((entry) => entry.attributes.filter((attribute) => attribute.name === kind));
  const found = candidates.find((candidate) => {
    if (onField) return true;
    const list = findArgument(candidate, "fields", 0);
    const names = list && listItems(block.file.text, list).map((item) => item.text.replace(/\s*\(.*$/s, ""));
    const name = findArgument(candidate, "map");
    return names?.join() === fields.join() && (name ? stringValue(name.value) : null) === map;
  });
  if (found === undefined) throw new Error(`No @${kind} for [${fields.join(", ")}] in model ${block.name.text}.`);
  return found;
}
