import { isDeepStrictEqual } from "node:util";
import { primaryKeyName, uniqueName } from "../model/constraint-names.ts";
import type { PartitionSpec, UniqueKey } from "../spec.ts";
import { type Refusal, refuse } from "./refusal.ts";

/** Prisma's field of each database column. */
export type FieldsOfColumns = Readonly<Record<string, string>>;

/**
 * After a rollback the plain table is the one in use, with the primary key and the uniques that it had at setup: the
 * model must state exactly these again, under their names. A key that was the id all along has never changed.
 *
 * @param setup the spec that held at setup
 */
export function refuseUnrestored(setup: PartitionSpec, wanted: PartitionSpec, fields: FieldsOfColumns): Refusal[] {
  const missing = setup.uniques.filter((key) => !wanted.uniques.some((other) => isDeepStrictEqual(key, other)));
  const surplus = wanted.uniques.filter((key) => !setup.uniques.some((other) => isDeepStrictEqual(key, other)));
  const write = (key: UniqueKey) => attribute(key, setup.table, fields);
  const replaced = new Set<UniqueKey>();
  const lines = missing.map((key) => {
    const instead = surplus.find((other) => !replaced.has(other) && isFormOf(other, key, setup.key));
    if (instead === undefined) return `Put back ${write(key)}.`;
    replaced.add(instead);
    return `Put back ${write(key)} instead of ${write(instead)}.`;
  });
  for (const key of surplus.filter((other) => !replaced.has(other))) {
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
  const derived = kind === "id" ? primaryKeyName(table) : uniqueName(table, columns);
  const map = name === derived ? [] : [`map: ${JSON.stringify(name)}`];
  const names = columns.map((column) => fields[column] ?? column);
  if (names.length > 1) return `\`@@${kind}(${[`[${names.join(", ")}]`, ...map].join(", ")})\``;
  return `\`@${kind}${map.length > 0 ? `(${map})` : ""}\` on \`${names[0]}\``;
}
