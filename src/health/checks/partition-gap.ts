import { bounds, formatPoint, gaps, layoutOf } from "../bounds.ts";
import { tableCheck } from "../check.ts";
import { cli } from "../command.ts";

export const partitionGap = tableCheck({
  code: "partition-gap",
  severity: "warning",
  title: "a time or range between two partitions that no partition holds",
  why: "Rows that belong there go to the default partition. (Partitions cannot overlap: PostgreSQL refuses to attach one that does.)",
  reads: "catalogs; for an integer key the largest key, ACCESS SHARE",
  query: bounds,
  find(rows, table) {
    const layout = layoutOf(rows);
    return gaps(layout)
      .filter(({ from }) => from < layout.premadeUntil)
      .map(({ from, to, before, after }) => {
        const [first, last] = [formatPoint(table.keyKind, from), formatPoint(table.keyKind, to)];
        const where = `No partition holds ${first} to ${last}, between ${before.name} and ${after.name}.`;
        // Before the present it may be meant: only times that have rows get partitions there.
        return to <= layout.present
          ? {
              severity: "info" as const,
              subject: `${table.schema}.${table.table}`,
              what: `${where} It is past; maintenance makes a partition when rows come.`,
              ...cli("maintain", table, "--from", first, "--to", last),
            }
          : { subject: `${table.schema}.${table.table}`, what: where, ...cli("maintain", table) };
      });
  },
});
