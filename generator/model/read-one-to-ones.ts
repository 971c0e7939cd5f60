import type { OneToOne } from "./model.ts";
import { arityOf, oppositeField } from "./opposite-field.ts";
import { findArgument, listItems } from "./text/attribute.ts";
import type { Block } from "./text/schema-text.ts";

/** The one-to-one relations whose foreign key a model holds itself. */
export function readOneToOnes(block: Block, blocks: readonly Block[]): OneToOne[] {
  return block.entries.flatMap((entry) => {
    const relation = entry.attributes.find(({ name }) => name === "relation");
    const list = relation && findArgument(relation, "fields");
    const opposite = list && oppositeField(block, entry, blocks);
    if (list === undefined || opposite === undefined || arityOf(opposite).isList) return [];
    const fields = listItems(block.file.text, list).map((item) => item.text);
    return [{ field: entry.name.text, fields, otherModel: entry.type, otherField: opposite.name.text }];
  });
}
