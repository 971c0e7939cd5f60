import { findArgument, stringValue } from "./text/attribute.ts";
import type { Entry } from "./text/entry.ts";
import type { Block } from "./text/schema-text.ts";

/** The other side of a relation: the field of the model it points to that points back, read from the text. */
export function oppositeField(block: Block, entry: Entry, blocks: readonly Block[]): Entry | undefined {
  const target = blocks.find((other) => other.keyword === "model" && other.name.text === entry.type);
  return target?.entries.find(
    (other) => other !== entry && other.type === block.name.text && relationName(other) === relationName(entry),
  );
}

/** `Event?` is neither required nor a list, `Event[]` is a list. */
export function arityOf({ arity }: Entry): { isRequired: boolean; isList: boolean } {
  return { isRequired: !arity.text.endsWith("?"), isList: arity.text.startsWith("[") };
}

function relationName(entry: Entry): string | null {
  const relation = entry.attributes.find(({ name }) => name === "relation");
  const argument = relation && findArgument(relation, "name", 0);
  return argument === undefined ? null : stringValue(argument.value);
}
