import { bounds, formatPoint, layoutOf, type Span } from "../bounds.ts";
import { tableCheck } from "../check.ts";
import { cli, literal, qualified, sql } from "../command.ts";
import { few } from "../words.ts";

const hour = 3_600_000_000n;
const day = 24n * hour;

/** Cut at another hour than midnight UTC, where the table is. */
const odd = (point: bigint | null): boolean => point !== null && point % day !== 0n;

/** Of a day or longer, give or take a change of the clocks. */
const long = ({ from, to }: Span): boolean => to !== null && to - from >= 23n * hour;

/**
 * Partitions of a day or longer that another TimeZone has cut. An interval that was altered leaves odd bounds too, where
 * hours were cut before: those are shared with a partition shorter than a day, and not meant.
 */
export function drifted(spans: readonly Span[]): Span[] {
  return spans.filter((span, index) => {
    if (!long(span)) return false;
    const before = spans[index - 1];
    const after = spans[index + 1];
    const endsOdd = odd(span.to) && !(after?.from === span.to && !long(after));
    const beginsOdd = odd(span.from) && before?.to === span.from && long(before);
    return endsOdd || beginsOdd;
  });
}

export const timezoneDrift = tableCheck({
  code: "timezone-drift",
  severity: "warning",
  title: "partitions that were cut in another time zone than UTC",
  why: "Somebody made partitions, or ran pg_partman, in a session with another TimeZone. Their bounds do not meet those that are cut in UTC: that leaves gaps, and the next ones cannot be made.",
  reads: "catalogs and the sizes of partitions",
  query: bounds,
  find(rows, table) {
    if (table.keyKind === "integer") return [];
    const layout = layoutOf(rows);
    const found = drifted(layout.spans);
    // What is empty and not in use yet can be made anew; pg_relation_size of 0 means that no row was ever there.
    const replaceable = found.filter(({ empty, from }) => empty && from > layout.present);
    const rest = found.filter((span) => !replaceable.includes(span));
    const describe = (spans: readonly Span[]) =>
      few(
        spans.map(
          ({ name, from, to }) =>
            `${name} (${formatPoint(table.keyKind, from)} to ${formatPoint(table.keyKind, to ?? 0n)})`,
        ),
        2,
      );
    return [
      ...(replaceable.length === 0
        ? []
        : [
            {
              subject: `${table.schema}.${table.table}`,
              what: `Cut in another time zone, and empty: ${describe(replaceable)}. This drops them and has them made in UTC, under an ACCESS EXCLUSIVE lock for milliseconds.`,
              ...replace(table, replaceable),
            },
          ]),
      ...(rest.length === 0
        ? []
        : [
            {
              severity: "info" as const,
              subject: `${table.schema}.${table.table}`,
              what: `Cut in another time zone, and in use: ${describe(rest)}. Every row is where it belongs; they can stay as they are.`,
              ...cli("list", table),
            },
          ]),
    ];
  },
});

/** One statement, and so one transaction: either they are all made anew, or none is dropped. */
function replace(table: { schema: string; table: string; stage: string }, spans: readonly Span[]) {
  const names = spans.map(({ name }) => name);
  const parent = qualified(
    table.stage === "setup" ? { schema: `${table.schema}_partitioned`, table: table.table } : table,
  );
  const filled = names.map((name) => `EXISTS (SELECT FROM ${name})`).join(" OR ");
  return sql(
    [
      "DO $doctor$ BEGIN",
      "PERFORM set_config('lock_timeout', '2s', true);",
      `LOCK TABLE ${parent} IN ACCESS EXCLUSIVE MODE;`,
      `IF ${filled} THEN RAISE EXCEPTION 'one of the partitions is not empty any more'; END IF;`,
      `DROP TABLE ${names.join(", ")};`,
      `PERFORM prisma_partition.maintain(${literal(table.schema)}, ${literal(table.table)});`,
      "END $doctor$",
    ].join(" "),
  );
}
