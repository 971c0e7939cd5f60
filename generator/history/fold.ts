import { createdTables } from "./created-tables.ts";
import { HistoryError } from "./error.ts";
import type { AlterHeader, StageHeader } from "./header.ts";
import { type History, qualifiedName, type ReachedTable, tableKey } from "./history.ts";
import type { Migration } from "./migration.ts";

/**
 * Applies every header in order, the way the database will.
 *
 * @param migrations in the order of application
 * @throws HistoryError when a transition starts from a state that no earlier folder reaches
 */
export function foldHistory(migrations: readonly Migration[]): History {
  let installed: History["installed"] = null;
  const tables = new Map<string, ReachedTable>();
  for (const { name, header } of migrations) {
    if (!header) continue;
    switch (header.transition) {
      case "install":
      case "upgrade":
        installed = { checksum: header.checksum, version: header.version, folder: name };
        break;
      default:
        tables.set(tableKey(header), step(tables.get(tableKey(header)), header, name));
    }
  }
  return { installed, tables, created: createdTables(migrations), folders: migrations.map(({ name }) => name) };
}

function step(reached: ReachedTable | undefined, header: StageHeader | AlterHeader, folder: string): ReachedTable {
  const stage = reached?.spec.stage ?? "none";
  const from = { setup: ["none"], alter: ["setup", "cutover"], cutover: ["setup"] }[header.transition];
  if (!from.includes(stage)) {
    const earlier = reached ? ` by ${reached.folders.join(", ")}` : "";
    throw new HistoryError(
      "HISTORY_INCONSISTENT",
      `${folder} is a ${header.transition} of ${qualifiedName(header)}, which starts from ${from.join(" or ")}, but the ` +
        `table is at ${stage}${earlier}. ` +
        (header.transition === "setup"
          ? "Two branches each emitted a setup: delete the one that was not deployed yet."
          : "A folder before it is missing: restore it."),
    );
  }
  const { model, schema, table } = header;
  const folders = [...(reached?.folders ?? []), folder];
  if (header.transition !== "alter") {
    return { spec: { ...header.spec, model, schema, table, stage: header.transition }, folders };
  }
  // `from` has made sure that there is something to alter.
  const { spec } = reached as ReachedTable;
  return { spec: { ...spec, ...header.changes, schema, table, stage: spec.stage }, folders };
}
