import { type Attribute, type Field, findArgument, type Key, type Model } from "../../model/index.ts";

/** A primary key or unique that lacks the partition key, and what has to stand in its place at cutover. */
export interface KeyChange {
  readonly key: Key;
  /** What has to go: `@unique` with its field, or a whole `@@unique([…])`. */
  readonly remove: string;
  /** What takes its place; null where the model already has it. */
  readonly add: string | null;
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
      return { key, remove, add: isReplaced(key, model, partitionKey) ? null : widen(key, partitionKey.name) };
    });
}

export function keysOf(model: Model): Key[] {
  return model.primaryKey === null ? [...model.uniques] : [model.primaryKey, ...model.uniques];
}

/** True where another unique of the model already is this one with the partition key. */
export function isReplaced(key: Key, model: Model, partitionKey: Field): boolean {
  const wanted = [...key.fields, partitionKey.name];
  return (
    key.kind === "unique" &&
    keysOf(model).some(({ fields }) => fields.length === wanted.length && wanted.every((name) => fields.includes(name)))
  );
}

/** The attribute as it has to be written: `@@unique([email(sort: Desc), createdAt], map: "u")`. */
function widen(key: Key, partitionKey: string): string {
  const { attribute } = key;
  if (!key.isOnField) return widenList(attribute, partitionKey);
  const sort = findArgument(attribute, "sort");
  const rest = attribute.arguments
    .filter((argument) => argument !== sort)
    .map((argument) => (argument.name === null ? `map: ${argument.text}` : argument.text));
  const first = sort === undefined ? key.fields[0] : `${key.fields[0]}(${sort.text})`;
  return `@@${key.kind}(${[`[${first}, ${partitionKey}]`, ...rest].join(", ")})`;
}

function widenList(attribute: Attribute, partitionKey: string): string {
  const value = findArgument(attribute, "fields", 0)?.value;
  if (value === undefined) return attribute.text;
  const [from, to] = [value.start - attribute.start, value.end - attribute.start];
  const inner = value.text.startsWith("[") ? value.text.slice(1, -1).trim() : value.text;
  return `${attribute.text.slice(0, from)}[${inner}, ${partitionKey}]${attribute.text.slice(to)}`;
}
