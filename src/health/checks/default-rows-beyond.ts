import { tableCheck } from "../check.ts";
import { cli } from "../command.ts";
import { rowsOf } from "../words.ts";
import { defaultRowKinds } from "./default-rows.ts";

export const defaultRowsBeyond = tableCheck({
  code: "default-rows-beyond",
  severity: "info",
  title: "rows in the default partition that lie beyond what is premade",
  why: "They stay in the default partition until maintenance makes partitions that far ahead. If that is long, make theirs now.",
  reads: "the default partition, once, ACCESS SHARE",
  query: defaultRowKinds,
  find([kinds], table) {
    if (kinds === undefined || kinds.beyond === 0n) return [];
    const [from, to] = [kinds.beyondFrom ?? "", kinds.beyondTo ?? ""].map((point) =>
      // 2031-04-01 00:00:00+00 → 2031-04-01, as the command line takes it
      point.replace(/ 00:00:00\+00$/, "").replace(/^(\S+) (\S+)\+00$/, "$1T$2Z"),
    );
    return [
      {
        subject: kinds.partition ?? "",
        what: `${rowsOf(kinds.beyond, "lies", "lie")} further ahead than the ${table.premake} partitions that are kept ready; the first in ${from} to ${to}.`,
        ...cli("maintain", table, "--from", from ?? "", "--to", to ?? ""),
      },
    ];
  },
});
