import { isoInstant, milliseconds } from "./instant.ts";
import type { KeyKindModule } from "./key-kind.ts";

/** The first 48 bits of a UUIDv7 are Unix milliseconds (RFC 9562, 5.7). */
export const uuid7: KeyKindModule = {
  kind: "uuid7",
  axis: "time",
  accepts: "`String @db.Uuid` filled with `@default(uuid(7))`",
  examine: (field) => {
    const { name, arguments: given } = field.default ?? { name: null, arguments: [] };
    const isUuid = field.nativeType?.name === "Uuid";
    if (field.type !== "String" || !(isUuid || name === "uuid")) return null;
    const isVersion7 =
      (name === "uuid" && given[0] === 7) || (name === "dbgenerated" && /uuid.*7/i.test(`${given[0]}`));
    if (isVersion7 && isUuid) return "accepted";
    if (isVersion7) {
      const reason = `\`${field.name}\` keeps its UUID as text.`;
      return { reason, fix: "make the column a `uuid` first: add `@db.Uuid`, in a migration of its own." };
    }
    const known =
      name === "uuid" || (name === "dbgenerated" && /gen_random_uuid|uuid_generate_v4/i.test(`${given[0]}`));
    return known
      ? {
          reason: `\`${field.name}\` is filled with a UUID of version 4: random, not time-ordered.`,
          fix: "choose a time column, or use `uuid(7)` from the table's first row on.",
        }
      : {
          reason: `Nothing says that the UUIDs in \`${field.name}\` are time-ordered.`,
          fix: "choose a time column; if every row's UUID is of version 7, say so with `@default(uuid(7))`.",
        };
  },
  toBound: (point) => {
    const hex = Math.max(0, milliseconds(point)).toString(16).padStart(12, "0");
    return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
  },
  fromBound: (value) => {
    if (!/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(value)) throw new RangeError(`Not a UUID: ${value}`);
    return isoInstant(Number.parseInt(value.replaceAll("-", "").slice(0, 12), 16));
  },
};
