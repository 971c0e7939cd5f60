/** The partition key. Each is one value of the matrix's dimension `key`. */
import type { KeyKind } from "../../generator/spec.ts";
import type { IdKind } from "./ids.ts";

export interface PartitionKey {
  readonly kind: KeyKind;
  /** A column of its own of this type; none where the id is the key. */
  readonly type?: string;
  /** The value of row number `n`. */
  readonly value?: string;
  readonly isId?: IdKind["asKey"];
  /** Intervals: a short and a long one. */
  readonly intervals: readonly [string, string];
  /** Keys at the edges of the type and of calendars, for columns of its own. */
  readonly odd?: readonly string[];
  /** Where partitions begin when such are in the table; by default two months ago. */
  readonly start?: string;
}

const calendar = ["1 week", "1 month"] as const;
const dates = ["infinity", "-infinity", "1970-01-01", "0001-01-01", "0001-12-31 BC", "0044-03-15 BC", "4713-01-02 BC"];
/** Both switches of daylight saving time in New York and Berlin, their gaps and their hours that come twice. */
const instants = [
  ...dates,
  "294276-12-31 12:00:00",
  "2026-03-08 02:30:00",
  "2025-11-02 01:30:00",
  "2026-03-29 02:30:00",
  "2025-10-26 02:30:00",
  "1969-12-31 23:59:59.999",
  "2038-01-19 03:14:08",
  "2000-02-29 24:00:00",
];

export const keys: Readonly<Record<string, PartitionKey>> = {
  timestamptz: {
    kind: "timestamptz",
    type: "timestamptz",
    value: "public.instant(n)",
    intervals: calendar,
    odd: [...instants, "2026-01-01 00:00:00+14", "2025-12-31 23:59:60-12"],
  },
  "timestamp(3)": {
    kind: "timestamp",
    type: "timestamp(3)",
    value: "public.instant(n)",
    intervals: calendar,
    odd: instants,
  },
  date: {
    kind: "date",
    type: "date",
    value: "public.instant(n)::date",
    intervals: calendar,
    odd: [...dates, "5874897-12-31"],
  },
  smallint: {
    kind: "integer",
    type: "smallint",
    value: "32767 - (n * 7) % 3000",
    intervals: ["500", "1000"],
    odd: ["32767", "-32768", "0"],
    start: "29000",
  },
  integer: {
    kind: "integer",
    type: "integer",
    value: "2147483647 - (n * 7) % 3000",
    intervals: ["500", "1000"],
    odd: ["2147483647", "-2147483648", "0"],
    start: "2147480000",
  },
  bigint: {
    kind: "integer",
    type: "bigint",
    value: "9223372036854775807 - (n * 7) % 3000",
    intervals: ["500", "1000"],
    odd: ["9223372036854775807", "-9223372036854775808", "0"],
    start: "9223372036854770000",
  },
  "the id, a number": { kind: "integer", isId: "number", intervals: ["100", "1000"] },
  "the id, a uuid v7": { kind: "uuid7", isId: "uuid v7", intervals: calendar },
  "the id, a ulid": { kind: "ulid", isId: "ulid", intervals: calendar },
};
