import type { PartitionSpec } from "../spec.ts";

/**
 * What the database guarantees before the cutover and not after it, a line each: a unique that lacks the partition key
 * holds together with it only from then on.
 *
 * @param spec what holds at setup
 * @param fields the field of each column
 */
export function losses(spec: PartitionSpec, fields: Readonly<Record<string, string>>): string[] {
  const name = (column: string) => fields[column] ?? column;
  const different = `different ${name(spec.key)} are possible.`;
  const stated = spec.uniques
    .filter(({ columns }) => !columns.includes(spec.key))
    .map(({ columns }) => {
      const what = columns.length === 1 ? name(columns[0] ?? "") : `(${columns.map(name).join(", ")})`;
      return `The database no longer guarantees that ${what} is unique by itself: two rows with the same ${what} and ${different}`;
    });
  const unknown = spec.weakenUnique.map(
    (index) =>
      `The database no longer guarantees what unique index ${index} did: two rows that are the same to it and have ${different}`,
  );
  return [...stated, ...unknown];
}
