import { bounds, formatPoint, layoutOf, reach } from "../bounds.ts";
import { tableCheck } from "../check.ts";
import { cli } from "../command.ts";
import { plural } from "../words.ts";

export const partitionsAhead = tableCheck({
  code: "partitions-ahead",
  severity: "warning",
  title: "fewer partitions ahead than premake asks for",
  why: "When they run out, new rows go to the default partition: they are not lost, but queries read it every time, and moving them out again locks the table.",
  reads: "catalogs; for an integer key the largest key, ACCESS SHARE",
  query: bounds,
  find(rows, table) {
    const layout = layoutOf(rows);
    const { current, ahead, until } = reach(layout);
    if (current && ahead >= 1 && (until === null || until >= layout.wantedUntil)) return [];
    const what = !current
      ? "There is no partition for the rows that come now."
      : `${plural(ahead, "partition")} ${ahead === 1 ? "is" : "are"} ready ahead, up to ${formatPoint(table.keyKind, until ?? 0n)}; premake asks for ${table.premake}.`;
    return [
      {
        severity: !current || ahead < 1 ? "error" : "warning",
        subject: `${table.schema}.${table.table}`,
        what,
        ...cli("maintain", table),
      },
    ];
  },
});
