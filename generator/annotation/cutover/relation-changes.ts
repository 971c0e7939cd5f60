import type { Field, IncomingRelation, Model } from "../../model/index.ts";

/** A relation that references the model without its partition key, and what to do about it. */
export interface RelationChange {
  readonly relation: IncomingRelation;
  readonly reason: string;
  readonly fix: string;
}

/** A foreign key can only reference a whole unique key, and at cutover each of them holds the partition key. */
export function relationChanges(model: Model, partitionKey: Field): RelationChange[] {
  return model.incoming
    .filter(({ references }) => !references.includes(partitionKey.name))
    .map((relation) => {
      const name = `\`${relation.model}.${relation.field}\``;
      const wanted = [...relation.references, partitionKey.name].join(", ");
      if (relation.isImplicit) {
        const reason = `${name} is an implicit many-to-many relation: its join table references \`${model.name}\` by \`[${relation.references.join(", ")}]\` alone.`;
        const fix = `write the join table as a model of its own that references \`[${wanted}]\`, or drop the relation.`;
        return { relation, reason, fix };
      }
      const reason = `${name} references \`[${relation.references.join(", ")}]\` of \`${model.name}\`, without the partition key \`${partitionKey.name}\`.`;
      const held = [
        ...relation.fields,
        `${relation.field}${partitionKey.name[0]?.toUpperCase()}${partitionKey.name.slice(1)}`,
      ];
      const fix = `add a field with the row's \`${partitionKey.name}\` to \`${relation.model}\` and reference the whole key, such as \`@relation(fields: [${held.join(", ")}], references: [${wanted}])\`, or drop the relation.`;
      return { relation, reason, fix };
    });
}
