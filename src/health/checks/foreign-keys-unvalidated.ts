import { runnerOf } from "../../progress/runner.ts";
import { tableCheck, tableQuery } from "../check.ts";
import { cli } from "../command.ts";
import { instant } from "../words.ts";

const foreignKeys = tableQuery({
  columns: { foreignKey: "text", relation: "text", runner: "text" },
  sql: `
  SELECT u[1] AS relation, u[2] AS foreign_key, ${runnerOf} AS runner
  FROM prisma_partition.tables t CROSS JOIN LATERAL prisma_partition.unvalidated(t) AS u
  WHERE t.id = $1::integer AND t.step = 'validate' AND u IS NOT NULL`,
});

export const foreignKeysUnvalidated = tableCheck({
  code: "foreign-keys-unvalidated",
  severity: "warning",
  title: "foreign keys that a swap left NOT VALID, and nobody validates them",
  why: "They hold for every write since. Until they are validated the planner may not rely on them, the change log is not replayed, and the cleanup is refused.",
  reads: "catalogs and what is recorded of the table",
  query: foreignKeys,
  find: (rows, table) =>
    rows
      .filter(({ runner }) => runner === "none")
      .map(({ foreignKey, relation }) => ({
        subject: relation,
        what: `Foreign key ${foreignKey} of ${relation} has been NOT VALID since the swap${table.swappedAt === null ? "" : ` of ${instant(table.swappedAt)}`}, and nobody is at it. This validates it and any other, without blocking anybody.`,
        ...cli("backfill", table),
      })),
});
