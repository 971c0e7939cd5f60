import type { DMMF } from "@prisma/generator-helper";
import type { Field, FieldDefault } from "./model.ts";
import { arityOf } from "./opposite-field.ts";
import { findArgument, stringValue } from "./text/attribute.ts";
import type { Entry } from "./text/entry.ts";
import type { Block } from "./text/schema-text.ts";

/**
 * Every field of a model in the order of the schema. What Prisma Client knows comes from the DMMF; `@ignore` and
 * `Unsupported` fields, which the DMMF leaves out, from the text.
 */
export function readFields(model: DMMF.Model, block: Block): Field[] {
  return block.entries
    .filter((entry) => entry.name.text !== "")
    .map((entry) => {
      const known = model.fields.find((field) => field.name === entry.name.text);
      return known === undefined ? hiddenField(entry, block) : clientField(known, entry, block);
    });
}

function clientField(field: DMMF.Field, entry: Entry, block: Block): Field {
  return {
    name: field.name,
    column: field.dbName ?? field.name,
    kind: field.kind === "object" ? "relation" : field.kind,
    type: field.type,
    nativeType: field.nativeType ? { name: field.nativeType[0], arguments: field.nativeType[1] } : null,
    isRequired: field.isRequired,
    isList: field.isList,
    isId: field.isId,
    isUnique: field.isUnique,
    default: readDefault(field.default),
    span: block.file.span(entry.name.start, entry.name.end),
  };
}

function readDefault(value: DMMF.Field["default"]): FieldDefault | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "object" && "name" in value) return { name: value.name, arguments: value.args };
  return { name: null, arguments: [] };
}

function hiddenField(entry: Entry, block: Block): Field {
  const has = (name: string): boolean => entry.attributes.some((attribute) => attribute.name === name);
  const map = entry.attributes.find((attribute) => attribute.name === "map");
  const mapped = map === undefined ? undefined : findArgument(map, "name", 0);
  return {
    name: entry.name.text,
    column: (mapped && stringValue(mapped.value)) ?? entry.name.text,
    kind: entry.isUnsupported ? "unsupported" : "ignored",
    type: entry.type,
    nativeType: null,
    ...arityOf(entry),
    isId: has("id"),
    isUnique: has("unique"),
    default: null,
    span: block.file.span(entry.name.start, entry.name.end),
  };
}
