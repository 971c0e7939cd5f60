import { isoInstant, milliseconds } from "./instant.ts";
import type { KeyKindModule } from "./key-kind.ts";

/** Crockford's base 32: no I, L, O, U. */
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** The first ten characters of a ULID are Unix milliseconds in Crockford's base 32 (github.com/ulid/spec). */
export const ulid: KeyKindModule = {
  kind: "ulid",
  axis: "time",
  accepts: "`String` filled with `@default(ulid())`",
  examine: (field) => {
    if (field.type !== "String" || field.nativeType?.name === "Uuid") return null;
    const name = field.default?.name ?? null;
    if (name === "ulid" || (name === "dbgenerated" && /ulid/i.test(`${field.default?.arguments[0]}`))) {
      return refuseColumn(field.name, field.nativeType);
    }
    const fix = "choose a time column, or a field filled with `ulid()` or `uuid(7)` from the table's first row on.";
    if (name === "cuid" || name === "nanoid") {
      return {
        reason: `\`${field.name}\` is filled with \`${name}()\`: its values are not in the order of time.`,
        fix,
      };
    }
    return { reason: `\`${field.name}\` is text, and nothing says that its values are in the order of time.`, fix };
  },
  toBound: (point) => {
    let rest = BigInt(Math.max(0, milliseconds(point)));
    let text = "";
    for (let digit = 0; digit < 10; digit += 1) {
      text = alphabet[Number(rest & 31n)] + text;
      rest >>= 5n;
    }
    return text + "0".repeat(16);
  },
  fromBound: (value) => {
    if (!/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i.test(value)) throw new RangeError(`Not a ULID: ${value}`);
    const digits = Array.from(value.slice(0, 10).toUpperCase(), (char) => alphabet.indexOf(char));
    return isoInstant(digits.reduce((sum, digit) => sum * 32 + digit, 0));
  },
};

/** A ULID has 26 characters, always. */
function refuseColumn(field: string, native: { name: string; arguments: readonly string[] } | null) {
  const length = Number(native?.arguments[0] ?? (native?.name === "Char" ? 1 : 26));
  const holds = native === null || native.name === "Text" || (/^(VarChar|Char)$/.test(native.name) && length >= 26);
  if (holds && !(native?.name === "Char" && length !== 26)) return "accepted";
  const type = `@db.${native?.name}${native?.arguments.length ? `(${native.arguments.join(", ")})` : ""}`;
  return {
    reason: `\`${field}\` is \`${type}\`, which is no column for a ULID.`,
    fix: "make it `text` or `@db.Char(26)`.",
  };
}
