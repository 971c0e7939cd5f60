import { isDeepStrictEqual } from "node:util";
import { primaryKeyName, uniqueName } from "../model/constraint-names.ts";
import type { PartitionSpec, UniqueKey } from "../spec.ts";
import { type Refusal, refuse } from "./refusal.ts";

/** Prisma's field of each database column. */
export type FieldsOfColumns = Readonly<Record<string, string>>;

/** A key that the plain table has and the model does not state. */
export interface MissingKey {
  readonly key: UniqueKey;
  /** What the model states in its stead: the key with the partition key in it, or under another name; null if nothing. */
  readonly instead: UniqueKey | null;
}

/**
 * What keeps a model from stating exactly the primary key and the uniques that its table had at setup.
 *
 * @param setup the spec that held at setup
 * @param wanted the model's, now
 */
export function keysToRestore(
  setup: PartitionSpec,
  wanted: PartitionSpec,
): { missing: MissingKey[]; surplus: UniqueKey[] } {
  const surplus = without(wanted.uniques, setup.uniques);
  const missing = without(setup.uniques, wanted.uniques).map((key) => {
    const at = surplus.findIndex((other) => isFormOf(other, key, setup.key));
    return { key, instead: at < 0 ? null : (surplus.splice(at, 1)[0] ?? null) };
  });
  return { missing, surplus };
}

function without(keys: readonly UniqueKey[], others: readonly UniqueKey[]): UniqueKey[] {
  return keys.filter((key) => !others.some((other) => isDeepStrictEqual(key, other)));
}

/**
 * After a rollback the plain table is the one in use, with the primary key and the uniques that it had at setup: the
 * model must state exactly these again, under their names. A key that was the id all along has never changed.
 *
 * @param setup the spec that held at setup
 */
export function refuseUnrestored(setup: PartitionSpec, wanted: PartitionSpec, fields: FieldsOfColumns): Refusal[] {
  const { missing, surplus } = keysToRestore(setup, wanted);
  const write = (key: UniqueKey) => attribute(key, setup.table, fields);
  const lines = missing.map(({ key, instead }) =>
    instead === null ? `Put back ${write(key)}.` : `Put back ${write(key)} instead of ${write(instead)}.`,
  );
  for (const key of surplus) {
    lines.push(
      `Remove ${write(key)}: the old table does not have it. If it is still wanted, add it after the rollback, with a ` +
        "migration of its own.",
    );
  }
  const identity = setup.identity.join(", ");
  if (lines.length === 0 && identity !== wanted.identity.join(", ")) {
    lines.push(`Let (${identity}) be what identifies a row again: the primary key, or else the first required unique.`);
  }
  if (lines.length === 0) return [];
  return [
    refuse(
      "PLAN_MODEL_NOT_READY",
      wanted,
      "going back to stage setup puts the old table back in use, whose primary key and uniques are not what the model states.",
      lines.join("\n  "),
    ),
  ];
}

/** True where `other` is `key` under another name, or with the partition key in it. */
function isFormOf(other: UniqueKey, key: UniqueKey, partitionKey: string): boolean {
  const sorted = (columns: readonly string[]) => columns.filter((column) => column !== partitionKey).sort();
  return other.kind === key.kind && isDeepStrictEqual(sorted(other.columns), sorted(key.columns));
}

/** As it has to be written: `@id` on `id`, `@@unique([tenant, email], map: "u")`. */
function attribute({ kind, name, columns }: UniqueKey, table: string, fields: FieldsOfColumns): string {
  const map = mapArgument({ kind, name, columns }, table);
  const names = columns.map((column) => fields[column] ?? column);
  if (names.length > 1) return `\`@@${kind}(${[`[${names.join(", ")}]`, ...map].join(", ")})\``;
  return `\`@${kind}${map.length > 0 ? `(${map})` : ""}\` on \`${names[0]}\``;
}

/** `map: "u"` where the name is not the one that Prisma derives; else nothing. */
export function mapArgument({ kind, name, columns }: UniqueKey, table: string): string[] {
  const derived = kind === "id" ? primaryKeyName(table) : uniqueName(table, columns);
  return name === derived ? [] : [`map: ${JSON.stringify(name)}`];
}
