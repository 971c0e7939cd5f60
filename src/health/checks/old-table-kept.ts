import { tableCheck, tableQuery } from "../check.ts";
import { cli } from "../command.ts";
import { instant, since } from "../words.ts";

export const oldTable = tableQuery({
  columns: { name: "text", bytes: "bigint", size: "text", unvalidated: "boolean" },
  sql: `
  SELECT format('%I.%I', n.nspname, c.relname) AS name, s.bytes, pg_size_pretty(s.bytes) AS size,
    prisma_partition.unvalidated(t) IS NOT NULL AS unvalidated
  FROM prisma_partition.tables t JOIN pg_class c ON c.oid = t.plain JOIN pg_namespace n ON n.oid = c.relnamespace
  CROSS JOIN LATERAL (SELECT pg_total_relation_size(c.oid) AS bytes) s
  WHERE t.id = $1::integer AND t.stage = 'cutover'`,
});

export const oldTableKept = tableCheck({
  code: "old-table-kept",
  severity: "info",
  title: "the old table is still kept",
  why: "As long as it is, you can go back without losing a write. It takes room, and every write is logged for it. Where the annotation has `keepOld`, its cleanup is refused until so long after the cutover.",
  reads: "catalogs and the table's size",
  query: oldTable,
  find: (rows, table) =>
    rows.map(({ name, size, unvalidated }) => {
      const age =
        table.swappedAt === null
          ? ""
          : `, ${since(table.swappedAt, table.readAt)} after the cutover of ${instant(table.swappedAt)}`;
      const kept = `The old table ${name} is kept for the way back: ${size}${age}.`;
      // Cleanup would be refused.
      return unvalidated
        ? {
            subject: name,
            what: `${kept} Before it can be dropped, foreign keys are to be validated.`,
            ...cli("backfill", table),
          }
        : { subject: name, what: kept, ...cli("cleanup", table) };
    }),
});
