import type { DMMF } from "@prisma/generator-helper";
import type { IncomingRelation } from "./model.ts";
import { arityOf, oppositeField } from "./opposite-field.ts";
import { type Attribute, findArgument, listItems } from "./text/attribute.ts";
import type { Block } from "./text/schema-text.ts";

/**
 * The relations that reference a model, its own included. Foreign keys are read from the text, since the DMMF lacks
 * those that `@ignore` and `@@ignore` hide; implicit many-to-many relations from the DMMF.
 */
export function readIncoming(
  target: DMMF.Model,
  models: readonly DMMF.Model[],
  block: Block,
  blocks: readonly Block[],
): IncomingRelation[] {
  return [...foreignKeys(block, blocks), ...implicitRelations(target, models, blocks)];
}

function foreignKeys(target: Block, blocks: readonly Block[]): IncomingRelation[] {
  return blocks
    .filter((block) => block.keyword === "model")
    .flatMap((block) =>
      block.entries
        .filter((entry) => entry.type === target.name.text)
        .flatMap((entry) => {
          const relation = entry.attributes.find((attribute) => attribute.name === "relation");
          const references = relation ? names(block, relation, "references") : [];
          if (relation === undefined || references.length === 0) return [];
          const fields = names(block, relation, "fields");
          const span = block.file.span(relation.start, relation.end);
          const opposite = oppositeField(block, entry, blocks);
          return [
            {
              model: block.name.text,
              field: entry.name.text,
              fields,
              references,
              isRequired: arityOf(entry).isRequired,
              isOneToOne: opposite !== undefined && !arityOf(opposite).isList,
              attribute: relation,
              siblings: block.entries.map(({ name }) => name.text),
              span,
            },
          ];
        }),
    );
}

function names(block: Block, relation: Attribute, argument: string): string[] {
  const list = findArgument(relation, argument);
  return list === undefined ? [] : listItems(block.file.text, list).map((item) => item.text);
}

/** The hidden join table of an implicit many-to-many relation references the single-field `@id` of both sides. */
function implicitRelations(
  target: DMMF.Model,
  models: readonly DMMF.Model[],
  blocks: readonly Block[],
): IncomingRelation[] {
  const id = target.fields.filter((field) => field.isId).map((field) => field.name);
  return models.flatMap((model) =>
    model.fields
      .filter((field) => field.type === target.name && field.kind === "object" && field.isList)
      .filter((field) => target.fields.some((other) => isOtherSide(field, other, model.name)))
      .flatMap((field) => {
        const block = blocks.find((candidate) => candidate.keyword === "model" && candidate.name.text === model.name);
        const entry = block?.entries.find((candidate) => candidate.name.text === field.name);
        if (block === undefined || entry === undefined) return [];
        const span = block.file.span(entry.name.start, entry.name.end);
        const siblings = model.fields.map(({ name }) => name);
        const shape = { isRequired: true, isOneToOne: false, attribute: null };
        return [{ model: model.name, field: field.name, fields: [], references: id, ...shape, siblings, span }];
      }),
  );
}

function isOtherSide(field: DMMF.Field, other: DMMF.Field, model: string): boolean {
  return other !== field && other.isList && other.type === model && other.relationName === field.relationName;
}
