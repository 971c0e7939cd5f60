import { type AnnotatedModel, keyChanges, keysOf } from "../annotation/index.ts";
import { findArgument, type Key, type Model, stringValue } from "../model/index.ts";
import type { PartitionSpec, UniqueKey } from "../spec.ts";
import { keysToRestore } from "./restored-keys.ts";

/** How Prisma Client's unique queries name a key: `{ id }`, or `{ id_timestamp: { id, timestamp } }`. */
export interface ClientKey {
  /** Null for a key of one field, which goes by the field's name. */
  readonly name: string | null;
  readonly fields: readonly string[];
}

/** A key that unique queries use, and what they have to use in its stead. */
export interface QueryChange {
  readonly before: ClientKey;
  /** Null where no unique query can take its place: the key has a field that may be null, or covers some rows only. */
  readonly after: ClientKey | null;
}

/**
 * What the application's `findUnique`, `update`, `delete`, `upsert` and `connect` have to change: for the migrations
 * that are pending, or, before the cutover, for the cutover to come. Empty where the key is in every unique already, as
 * it is where the key is the id itself.
 *
 * @param reached what the emitted folders say; null where they say nothing
 */
export function queryChanges(
  { model, key, wanted: { spec, fields } }: AnnotatedModel,
  reached: PartitionSpec | null,
): QueryChange[] {
  if (reached !== null && reached.stage !== "cleanup" && isSwapped(reached) !== isSwapped(spec)) {
    const names = (unique: UniqueKey) => unique.columns.map((column) => fields[column] ?? column);
    return keysToRestore(reached, spec)
      .missing.map(({ key: before }) => ({
        before: names(before),
        now: formOf(model, key.name, before.kind, names(before)),
      }))
      .filter(({ before, now }) => now?.fields.join() !== before.join())
      .map(({ before, now }) => ({
        before: clientKey(before, now && explicitName(now)),
        after: now && usable(model, now, now.fields),
      }));
  }
  if (isSwapped(spec)) return [];
  return keyChanges(model, key).map(({ key: before, add }) => {
    const widened = [...before.fields, key.name];
    const after = add === null ? formOf(model, key.name, "unique", before.fields) : before;
    return {
      before: clientKey(before.fields, explicitName(before)),
      after: after && usable(model, after, after === before ? widened : after.fields),
    };
  });
}

/** The model's key over these fields, with or without the partition key, in whatever order. */
function formOf(model: Model, partitionKey: string, kind: Key["kind"], fields: readonly string[]): Key | null {
  const sorted = (names: readonly string[]) =>
    names
      .filter((name) => name !== partitionKey)
      .sort()
      .join();
  const forms = keysOf(model).filter((key) => key.kind === kind && sorted(key.fields) === sorted(fields));
  return forms.find((key) => key.fields.includes(partitionKey) !== fields.includes(partitionKey)) ?? forms[0] ?? null;
}

/** True where the partitioned table is the one in use. */
function isSwapped({ stage }: PartitionSpec): boolean {
  return stage !== "setup";
}

function usable(model: Model, key: Key, fields: readonly string[]): ClientKey | null {
  const isCompound = fields.length > 1;
  const isRequired = fields.every((name) => model.fields.find((field) => field.name === name)?.isRequired === true);
  if (findArgument(key.attribute, "where") !== undefined || (isCompound && !isRequired)) return null;
  return clientKey(fields, explicitName(key));
}

/** `name:` of a compound key, which then stands in its queries. */
function explicitName({ attribute, isOnField }: Key): string | null {
  const argument = isOnField ? undefined : findArgument(attribute, "name");
  return argument === undefined ? null : stringValue(argument.value);
}

function clientKey(fields: readonly string[], explicit: string | null): ClientKey {
  if (fields.length === 1) return { name: null, fields };
  return { name: explicit ?? fields.join("_"), fields };
}

/** `{ id_timestamp: { id, timestamp } }`, as it stands after `where:`. */
export function showWhere({ name, fields }: ClientKey): string {
  const values = `{ ${fields.join(", ")} }`;
  return name === null ? values : `{ ${name}: ${values} }`;
}
