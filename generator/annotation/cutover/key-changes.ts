import { type Field, findArgument, type Key, type Model, type OneToOne } from "../../model/index.ts";
import { sameNames } from "../../same-names.ts";
import { appendToLists } from "./append-to-lists.ts";

/** A primary key or unique that lacks the partition key, and what has to stand in its place at cutover. */
export interface KeyChange {
  readonly key: Key;
  /** What has to go: `@unique` with its field, or a whole `@@unique([…])`. */
  readonly remove: string;
  /** What takes its place; null where the model already has it. */
  readonly add: string | null;
  /** The one-to-one relations that need the key as it is, and become one-to-many with it. */
  readonly oneToOnes: readonly OneToOne[];
}

/**
 * PostgreSQL wants the partition key in every primary key and unique index of a partitioned table. Empty where the
 * model is already like that: then partitioning changes nothing for the application.
 */
export function keyChanges(model: Model, partitionKey: Field): KeyChange[] {
  return keysOf(model)
    .filter((key) => !key.fields.includes(partitionKey.name))
    .map((key) => {
      const remove = key.isOnField ? `\`${key.attribute.text}\` on \`${key.fields[0]}\`` : `\`${key.attribute.text}\``;
      const add = isReplaced(key, model, partitionKey) ? null : widen(key, partitionKey.name);
      return { key, remove, add, oneToOnes: model.oneToOnes.filter(({ fields }) => sameNames(fields, key.fields)) };
    });
}

export function keysOf(model: Model): Key[] {
  return model.primaryKey === null ? [...model.uniques] : [model.primaryKey, ...model.uniques];
}

/** True where another unique of the model already is this one with the partition key. */
export function isReplaced(key: Key, model: Model, partitionKey: Field): boolean {
  const wanted = [...key.fields, partitionKey.name];
  return key.kind === "unique" && keysOf(model).some(({ fields }) => sameNames(fields, wanted));
}

/**
 * What a one-to-one relation asks for besides: Prisma accepts it only with a unique on exactly its fields, so the other
 * side becomes a list. Not a sentence: `write … as a list, …`.
 */
export function toList(model: Model, { otherModel, otherField }: OneToOne): string {
  return `write \`${otherModel}.${otherField}\` as a list, \`${otherField} ${model.name}[]\``;
}

/** The attribute as it has to be written: `@@unique([email(sort: Desc), createdAt], map: "u")`. */
function widen(key: Key, partitionKey: string): string {
  const { attribute } = key;
  if (!key.isOnField) return appendToLists(attribute, [{ argument: "fields", position: 0, item: partitionKey }]);
  const sort = findArgument(attribute, "sort");
  const rest = attribute.arguments
    .filter((argument) => argument !== sort)
    .map((argument) => (argument.name === null ? `map: ${argument.text}` : argument.text));
  const first = sort === undefined ? key.fields[0] : `${key.fields[0]}(${sort.text})`;
  return `@@${key.kind}(${[`[${first}, ${partitionKey}]`, ...rest].join(", ")})`;
}
