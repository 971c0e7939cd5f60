import type { KeyKindModule } from "./key-kind.ts";

export const integer: KeyKindModule = {
  kind: "integer",
  axis: "number",
  accepts: "`BigInt` or `Int`",
  examine: (field) => {
    if (field.type !== "Int" && field.type !== "BigInt") return null;
    if (field.nativeType?.name !== "Oid") return "accepted";
    return {
      reason: `\`${field.name}\` is \`@db.Oid\`: PostgreSQL hands object identifiers out in no lasting order.`,
      fix: "choose a field that grows with time.",
    };
  },
  toBound: (point) => BigInt(point).toString(),
  fromBound: (value) => {
    if (!/^-?\d+$/.test(value)) throw new RangeError(`Not a whole number: ${value}`);
    return BigInt(value).toString();
  },
};
