import type { Field, IncomingRelation, Model } from "../../model/index.ts";
import { appendToLists } from "./append-to-lists.ts";

/** A relation that references the model without its partition key, and what to do about it. */
export interface RelationChange {
  readonly relation: IncomingRelation;
  readonly reason: string;
  /** What to write in the schema instead; not a sentence. */
  readonly change: string;
  /** The same, and the other way out. */
  readonly fix: string;
  /** The field that holds the key then; null for an implicit many-to-many relation. */
  readonly held: string | null;
}

/** A foreign key can only reference a whole unique key, and at cutover each of them holds the partition key. */
export function relationChanges(model: Model, partitionKey: Field): RelationChange[] {
  return model.incoming
    .filter(({ references }) => !references.includes(partitionKey.name))
    .map((relation) => {
      const name = `\`${relation.model}.${relation.field}\``;
      const references = relation.references.join(", ");
      if (relation.attribute === null) {
        const reason = `${name} is an implicit many-to-many relation: its join table references \`${model.name}\` by \`[${references}]\` alone.`;
        const change = `write the join table as a model of its own that references \`[${references}, ${partitionKey.name}]\``;
        return { relation, reason, change, fix: orDropped(change), held: null };
      }
      const reason = `${name} references \`[${references}]\` of \`${model.name}\`, without the partition key \`${partitionKey.name}\`.`;
      const held = fieldFor(relation, partitionKey);
      const change = compound(relation, partitionKey, held);
      return { relation, reason, change, fix: orDropped(change), held };
    });
}

function orDropped(change: string): string {
  return `${change}, or drop the relation.`;
}

/** The relation over the whole key, as Prisma accepts it: its fields, and for a one-to-one relation their unique. */
function compound(relation: IncomingRelation, key: Field, held: string): string {
  const relationAttribute =
    relation.attribute &&
    appendToLists(relation.attribute, [
      { argument: "fields", item: held },
      { argument: "references", item: key.name },
    ]);
  const nativeArguments = key.nativeType?.arguments.join(", ");
  const native = key.nativeType && ` @db.${key.nativeType.name}${nativeArguments ? `(${nativeArguments})` : ""}`;
  const declaration = `${held} ${key.type}${relation.isRequired ? "" : "?"}${native ?? ""}`;
  const unique = relation.isOneToOne ? ` and \`@@unique([${[...relation.fields, held].join(", ")}])\`` : "";
  return `add \`${declaration}\` (the \`${key.name}\` of the row that is referenced)${unique} to \`${relation.model}\` and write \`${relationAttribute}\``;
}

/** A name for the field that holds the key: `eventTimestamp`, or `eventRefTimestamp` where there is one already. */
function fieldFor(relation: IncomingRelation, key: Field): string {
  const suffix = `${key.name[0]?.toUpperCase()}${key.name.slice(1)}`;
  const names = [`${relation.field}${suffix}`, `${relation.field}Ref${suffix}`];
  return names.find((name) => !relation.siblings.includes(name)) ?? `${names[1]}2`;
}
