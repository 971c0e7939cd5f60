import { fromSqlTimestamp, sqlTimestamp } from "./instant.ts";
import type { KeyKindModule } from "./key-kind.ts";

export const timestamptz: KeyKindModule = {
  kind: "timestamptz",
  axis: "time",
  accepts: "`DateTime @db.Timestamptz`",
  examine: (field) => (field.type === "DateTime" && field.nativeType?.name === "Timestamptz" ? "accepted" : null),
  toBound: (point) => `${sqlTimestamp(point)}+00`,
  fromBound: fromSqlTimestamp,
};
