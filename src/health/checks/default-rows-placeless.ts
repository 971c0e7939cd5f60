import { tableCheck } from "../check.ts";
import { sql } from "../command.ts";
import { rowsOf } from "../words.ts";
import { defaultRowKinds } from "./default-rows.ts";

export const defaultRowsPlaceless = tableCheck({
  code: "default-rows-placeless",
  severity: "info",
  title: "rows whose key has no place in time",
  why: "No partition has bounds around infinity, or around text that is no ULID: such rows can be in the default partition only. Give them another key if they should be elsewhere.",
  reads: "the default partition, once, ACCESS SHARE",
  query: defaultRowKinds,
  find: ([kinds]) =>
    kinds === undefined || kinds.placeless === 0n
      ? []
      : [
          {
            subject: kinds.partition ?? "",
            what: `${rowsOf(kinds.placeless, "has a key", "have keys")} without a place in time and will stay in the default partition. This shows them.`,
            ...sql(`SELECT * FROM ${kinds.partition} WHERE ${kinds.placelessCondition}`),
          },
        ],
});
