import { tableCheck, tableQuery } from "../check.ts";
import { cli } from "../command.ts";
import { rowsOf } from "../words.ts";

export const defaultRowKinds = tableQuery({
  columns: {
    partition: "text?",
    movable: "bigint",
    beyond: "bigint",
    expired: "bigint",
    placeless: "bigint",
    beyondFrom: "text?",
    beyondTo: "text?",
    expiredBefore: "text?",
    placelessCondition: "text?",
  },
  sql: "SELECT * FROM prisma_partition.default_row_kinds($1::integer)",
});

export const defaultRows = tableCheck({
  code: "default-rows",
  severity: "warning",
  title: "rows in the default partition that could have one of their own",
  why: "Every query that cannot rule the default partition out reads them, and no partition can be made for their time before they have moved.",
  reads: "the default partition, once, ACCESS SHARE",
  query: defaultRowKinds,
  find: ([kinds], table) =>
    kinds === undefined || kinds.movable === 0n
      ? []
      : [
          {
            subject: kinds.partition ?? "",
            what: `${rowsOf(kinds.movable, "is", "are")} in the default partition and could have a partition of ${kinds.movable === 1n ? "its" : "their"} own.`,
            ...cli("maintain", table),
          },
        ],
});
