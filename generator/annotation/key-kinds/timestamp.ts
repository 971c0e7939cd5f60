import { fromSqlTimestamp, sqlTimestamp } from "./instant.ts";
import type { KeyKindModule } from "./key-kind.ts";

/** `DateTime` without a native type is `timestamp(3)`. Its values are taken as UTC, as Prisma writes them. */
export const timestamp: KeyKindModule = {
  kind: "timestamp",
  axis: "time",
  accepts: "`DateTime` (also with `@db.Timestamp`)",
  examine: (field) => {
    if (field.type !== "DateTime") return null;
    const native = field.nativeType?.name;
    if (native === undefined || native === "Timestamp") return "accepted";
    if (native !== "Time" && native !== "Timetz") return null;
    return {
      reason: `\`${field.name}\` is \`@db.${native}\`: a time of day has no date, and starts over every night.`,
      fix: "choose a field that holds the whole instant.",
    };
  },
  toBound: sqlTimestamp,
  fromBound: fromSqlTimestamp,
};
