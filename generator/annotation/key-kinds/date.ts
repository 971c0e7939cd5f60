import { fromSqlTimestamp, sqlTimestamp } from "./instant.ts";
import type { KeyKindModule } from "./key-kind.ts";

export const date: KeyKindModule = {
  kind: "date",
  axis: "time",
  accepts: "`DateTime @db.Date`",
  examine: (field) => (field.type === "DateTime" && field.nativeType?.name === "Date" ? "accepted" : null),
  toBound: (point) => sqlTimestamp(point).slice(0, 10),
  fromBound: fromSqlTimestamp,
  refuseInterval: (interval) =>
    interval.includes("hour")
      ? { reason: "The key is a date: a partition cannot be shorter than a day.", fix: "use `daily` or longer." }
      : null,
};
