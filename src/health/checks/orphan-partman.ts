import { installationCheck, installationQuery } from "../check.ts";
import { literal, sql } from "../command.ts";

/** Its names are not quoted: the schema ends at the first dot. Those of registered tables are in that table's findings. */
const orphans = installationQuery({
  columns: { parent: "text", place: "text", template: "text?" },
  sql: `
  SELECT c.parent_table AS parent, '{extension}' AS place,
    (SELECT format('%I.%I', n.nspname, r.relname) FROM pg_class r JOIN pg_namespace n ON n.oid = r.relnamespace
      WHERE n.nspname || '.' || r.relname = c.template_table) AS template
  FROM {extension}.part_config c
  WHERE to_regclass(format('%I.%I', split_part(c.parent_table, '.', 1), substr(c.parent_table, strpos(c.parent_table, '.') + 1))) IS NULL
    AND NOT EXISTS (SELECT FROM prisma_partition.tables t WHERE c.parent_table IN (
      t.schema_name || '.' || t.table_name, t.schema_name || '_partitioned.' || t.table_name))
  ORDER BY c.parent_table`,
});

export const orphanPartman = installationCheck({
  code: "orphan-partman",
  severity: "warning",
  title: "pg_partman maintains a table that does not exist",
  why: "Its maintenance of all tables at once ends at the first that fails.",
  reads: "pg_partman's part_config",
  needs: "pg_partman",
  query: orphans,
  find: (rows) =>
    rows.map(({ parent, place, template }) => ({
      subject: parent,
      what: `pg_partman's configuration has ${parent}, which does not exist.`,
      ...sql(
        `DELETE FROM ${place}.part_config WHERE parent_table = ${literal(parent)}`,
        ...(template === null ? [] : [`DROP TABLE ${template}`]),
      ),
    })),
});
