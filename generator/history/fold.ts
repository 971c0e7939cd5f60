import type { PartitionSpec, Stage } from "../spec.ts";
import { createdTables } from "./created-tables.ts";
import { HistoryError } from "./error.ts";
import type { TableHeader } from "./header.ts";
import { type History, qualifiedName, type ReachedTable, tableKey } from "./history.ts";
import type { Migration } from "./migration.ts";
import type { StageTransitionName, TableTransitionName } from "./transition-name.ts";

/** The stages that each transition starts from. */
const startsFrom: Readonly<Record<TableTransitionName, readonly (Stage | "none")[]>> = {
  setup: ["none"],
  alter: ["setup", "cutover", "cleanup"],
  cutover: ["setup"],
  rollback: ["cutover"],
  cleanup: ["cutover"],
  teardown: ["setup"],
  release: ["cleanup"],
};

const leadsTo: Readonly<Record<StageTransitionName, Stage>> = {
  setup: "setup",
  cutover: "cutover",
  rollback: "setup",
  cleanup: "cleanup",
};

/** What held before these options existed. */
const sinceFormat1 = { keepOld: null, weakenUnique: [] } as const satisfies Partial<PartitionSpec>;

/**
 * Applies every header in order, the way the database will.
 *
 * @param migrations in the order of application
 * @throws HistoryError when a transition starts from a state that no earlier folder reaches
 */
export function foldHistory(migrations: readonly Migration[]): History {
  let installed: History["installed"] = null;
  let uninstalledBy: string | null = null;
  const tables = new Map<string, ReachedTable>();
  for (const { name, header, sql } of migrations) {
    if (!header) continue;
    switch (header.transition) {
      case "install":
      case "upgrade": {
        const canRemove = sql?.includes("FUNCTION prisma_partition.uninstall(") === true;
        installed = { checksum: header.checksum, version: header.version, folder: name, canRemove };
        uninstalledBy = null;
        break;
      }
      case "uninstall":
        refuseLeftBehind(tables, name);
        installed = null;
        uninstalledBy = name;
        break;
      default: {
        if (installed === null)
          throw uninstalledBy === null ? beforeInstall(name) : afterUninstall(name, uninstalledBy);
        const reached = step(tables.get(tableKey(header)), header, name);
        if (reached) tables.set(tableKey(header), reached);
        else tables.delete(tableKey(header));
      }
    }
  }
  return { installed, tables, created: createdTables(migrations), folders: migrations.map(({ name }) => name) };
}

/** What the table is after the folder; null where the package has nothing to do with it any more. */
function step(reached: ReachedTable | undefined, header: TableHeader, folder: string): ReachedTable | null {
  refuseStart(reached, header, folder);
  const { model, schema, table } = header;
  const folders = [...(reached?.folders ?? []), folder];
  switch (header.transition) {
    case "teardown":
    case "release":
      return null;
    case "alter": {
      // `refuseStart` has made sure that there is something to alter.
      const { spec, setup, reachedBy } = reached as ReachedTable;
      return { spec: { ...spec, ...header.changes, schema, table, stage: spec.stage }, setup, reachedBy, folders };
    }
    default: {
      const spec = { ...sinceFormat1, ...header.spec, model, schema, table, stage: leadsTo[header.transition] };
      const setup = spec.stage === "setup" ? spec : (reached as ReachedTable).setup;
      return { spec, setup, reachedBy: folder, folders };
    }
  }
}

function refuseStart(reached: ReachedTable | undefined, header: TableHeader, folder: string): void {
  const stage = reached?.spec.stage ?? "none";
  const from = startsFrom[header.transition];
  if (from.includes(stage)) return;
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

function refuseLeftBehind(tables: ReadonlyMap<string, ReachedTable>, folder: string): void {
  if (tables.size === 0) return;
  const left = [...tables.values()].map(({ spec }) => `${qualifiedName(spec)} (stage ${spec.stage})`);
  throw new HistoryError(
    "HISTORY_INCONSISTENT",
    `${folder} removes schema prisma_partition while these tables still need it: ${left.join(", ")}. Another branch set ` +
      "them up: delete the folder if it was not deployed yet.",
  );
}

function afterUninstall(folder: string, uninstall: string): HistoryError {
  return new HistoryError(
    "HISTORY_INCONSISTENT",
    `${folder} needs schema prisma_partition, which ${uninstall} has removed before it, and no folder between the two ` +
      "installs it again. If there was one, `…_partition_install`, it is missing: restore it (git checkout). Else two branches were " +
      "merged: delete the one of the two that was not deployed yet, and run `npx prisma generate` again.",
  );
}

function beforeInstall(folder: string): HistoryError {
  return new HistoryError(
    "HISTORY_INCONSISTENT",
    `${folder} needs schema prisma_partition, and no folder before it installs that: the one of the install, ` +
      "`…_partition_install`, is missing. Restore it (git checkout).",
  );
}
