import { DatabaseError } from "../../database-error.ts";
import { tableCheck, tableQuery } from "../check.ts";
import { cli, deploy, identifier, literal, sql } from "../command.ts";

/** What every unit of work asks first: raises, with the remedy as its hint, where the conversion's parts are not intact. */
const intact = tableQuery({
  columns: { intact: "boolean" },
  sql: `
  SELECT prisma_partition.assert_intact(t) IS NOT NULL AS intact FROM prisma_partition.tables t
  WHERE t.id = $1::integer AND t.stage <> 'cleanup'`,
});

export const captureBroken = tableCheck({
  code: "capture-broken",
  severity: "error",
  title: "what the conversion stands on was taken away: change capture, the log, or one of the two tables",
  why: "Writes made since then are not on the log. Nothing is copied and no swap happens until it is mended; no row of the live table is lost.",
  reads: "catalogs",
  query: intact,
  find: () => [],
  failed(error, table) {
    if (!(error instanceof DatabaseError) || error.sqlstate !== "55000") return null;
    const what = sentence(error.message.replace(/^prisma-partition: /, ""));
    const subject = `${table.schema}.${table.table}`;
    if (error.hint?.includes("restart_capture")) {
      const names = `${literal(table.schema)}, ${literal(table.table)}`;
      return { subject, what, ...sql(`SELECT prisma_partition.restart_capture(${names})`) };
    }
    const renamed = /is now named (.+)$/.exec(error.message)?.[1];
    if (renamed !== undefined) {
      return {
        subject,
        what,
        why: "Nothing is copied and no swap happens while it has another name.",
        ...sql(`ALTER TABLE ${renamed} RENAME TO ${identifier(table.table)}`),
      };
    }
    const why = error.hint ?? undefined;
    const command = table.stage === "cutover" ? cli("cleanup", table) : deploy;
    return { subject, what, ...(why === undefined ? {} : { why }), ...command };
  },
});

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
