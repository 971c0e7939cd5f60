import type { Row } from "../columns.ts";
import { tableQuery } from "./check.ts";
import { lastDue } from "./schedule.ts";

/**
 * A point of the axis as a number that can be compared: microseconds since 1970 for times and time-ordered ids, the
 * integer itself for integers.
 */
const number = (point: string) =>
  `CASE WHEN t.key_kind = 'integer' THEN (${point})::numeric ELSE trunc(extract(epoch FROM (${point})::timestamptz) * 1000000) END::bigint`;

/**
 * Every partition but the default one, in order, by bounds and not by names; and, in each row, where the table is now:
 *
 * - `present`: where new rows go. Now; for integers the bucket of the largest key.
 * - `wanted_until`: up to where partitions must reach. For times that is what `premake` asked for when maintenance was
 *   last due: between two rounds there may be fewer. Integers grow by no schedule: half of what is asked for.
 * - `premade_until`: up to where maintenance will make partitions.
 *
 * One row, without a partition, where there is none.
 */
export const bounds = tableQuery({
  columns: {
    name: "text?",
    relation: "text?",
    lower: "text?",
    upper: "text?",
    lowerAt: "bigint?",
    upperAt: "bigint?",
    empty: "boolean?",
    present: "text",
    presentAt: "bigint",
    wantedAt: "bigint",
    premadeAt: "bigint",
  },
  params: (table) => [table.id, lastDue(table.maintenanceSchedule, table.cronTimezone, table.readAt).toISOString()],
  sql: `
  WITH t AS (
    SELECT x.id, x.partitioned, x.key_kind, CASE x.key_kind WHEN 'integer' THEN b.present ELSE now()::text END AS present,
      prisma_partition.axis_step(x.key_kind, x.partition_interval, CASE x.key_kind WHEN 'integer' THEN b.present
        ELSE prisma_partition.axis_bucket(x.key_kind, x.partition_interval, least(now(), greatest($2::timestamptz, x.created_at))::text) END,
        CASE x.key_kind WHEN 'integer' THEN (x.premake + 1) / 2 ELSE x.premake END + 1) AS wanted_until,
      prisma_partition.premake_end(x) AS premade_until,
      prisma_partition.axis_has_bound(x, prisma_partition.premake_end(x)) AS has_bound
    FROM prisma_partition.tables x CROSS JOIN LATERAL (SELECT prisma_partition.current_bucket(x) AS present) b
    WHERE x.id = $1::integer
  )
  SELECT p.name, p.relation, p.lower, p.upper, ${number("p.lower")} AS lower_at, ${number("p.upper")} AS upper_at, p.empty,
    t.present, ${number("t.present")} AS present_at,
    CASE WHEN t.has_bound THEN ${number("t.wanted_until")} ELSE ${number("t.present")} END AS wanted_at,
    CASE WHEN t.has_bound THEN ${number("t.premade_until")} ELSE ${number("t.present")} END AS premade_at
  FROM t LEFT JOIN LATERAL (
    SELECT format('%I.%I', n.nspname, c.relname) AS name, c.relname AS relation, l.lower, l.upper, l.ordinality,
      pg_relation_size(c.oid) = 0 AS empty
    FROM prisma_partition.list_partitions(t.id) WITH ORDINALITY l
    -- Not by to_regclass(), for which the role would need USAGE on the schema.
    JOIN (pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace)
      ON h.inhparent = t.partitioned AND format('%I.%I', n.nspname, c.relname) = l.partition
    WHERE NOT l.is_default
  ) p ON true
  ORDER BY p.ordinality`,
});

type BoundsRow = Row<typeof bounds.columns>;

/** A partition; one without an upper bound goes on for ever. */
export interface Span {
  readonly name: string;
  readonly relation: string;
  readonly from: bigint;
  readonly to: bigint | null;
  readonly empty: boolean;
}

export interface Layout {
  readonly spans: readonly Span[];
  readonly present: bigint;
  readonly wantedUntil: bigint;
  readonly premadeUntil: bigint;
}

const beginning = -(2n ** 63n);

export function layoutOf(rows: readonly BoundsRow[]): Layout {
  const [first] = rows;
  if (first === undefined) throw new RangeError("There is no such table.");
  const spans = rows.flatMap(({ name, relation, lowerAt, upperAt, empty }): Span[] =>
    name === null || relation === null
      ? []
      : [{ name, relation, from: lowerAt ?? beginning, to: upperAt, empty: empty ?? false }],
  );
  // A partition that begins with MINVALUE is listed last, having no lower bound.
  spans.sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  return { spans, present: first.presentAt, wantedUntil: first.wantedAt, premadeUntil: first.premadeAt };
}

/** Whole partitions without a gap after the one that holds the present, and up to where they reach (null: for ever). */
export function reach(layout: Layout): { current: boolean; ahead: number; until: bigint | null } {
  const { spans, present } = layout;
  let index = spans.findIndex(({ from, to }) => from <= present && (to === null || to > present));
  if (index < 0) return { current: false, ahead: 0, until: present };
  const first = index;
  let until = spans[index]?.to ?? null;
  for (let next = spans[++index]; next !== undefined && next.from === until; next = spans[++index]) until = next.to;
  return { current: true, ahead: index - 1 - first, until };
}

/** The stretches between two partitions that no partition holds, in order, with their neighbours. */
export function gaps({ spans }: Layout): { from: bigint; to: bigint; before: Span; after: Span }[] {
  return spans.flatMap((before, index) => {
    const after = spans[index + 1];
    if (after === undefined || before.to === null || before.to >= after.from) return [];
    return [{ from: before.to, to: after.from, before, after }];
  });
}

/** A point as the command line takes it: `2026-11-01`, `2026-11-01T05:00:00Z`, `120000`. */
export function formatPoint(keyKind: string, point: bigint): string {
  if (keyKind === "integer") return String(point);
  const text = new Date(Number(point / 1000n)).toISOString();
  return text.replace(/T00:00:00\.000Z$/, "").replace(/\.000Z$/, "Z");
}
