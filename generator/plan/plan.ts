import type { Problem } from "../annotation/index.ts";
import { type History, qualifiedName, type ReachedTable, tableKey } from "../history/history.ts";
import type { PartitionSpec, UniqueKey } from "../spec.ts";
import { refuseFixed } from "./fixed.ts";
import { type Move, type NoRoute, type Position, refuseRoute, routes } from "./moves.ts";
import { refuseUncreated, refuseUnready } from "./preconditions.ts";
import { PlanError, type Refusal, refuse } from "./refusal.ts";
import { type FieldsOfColumns, refuseUnrestored } from "./restored-keys.ts";
import type { InstallTransition, Transition } from "./transition.ts";
import { transitionsOf } from "./transitions-of.ts";

/** A model's annotation, resolved. */
export interface WantedTable {
  readonly spec: PartitionSpec;
  /** The primary key and uniques that the table has after the cutover. */
  readonly cutoverUniques: readonly UniqueKey[];
  /** What the user has to change in the model for the cutover, one line each. */
  readonly advice: readonly string[];
  /** What keeps the table from a setup, in the schema. */
  readonly beforeSetup: readonly Problem[];
  /** The field of each database column. */
  readonly fields: FieldsOfColumns;
}

/** The transitions that lead from what was reached to what is wanted, in order. Empty when there is no difference. */
export type Plan = readonly Transition[];

/**
 * The difference between the annotations and the emitted folders. Pure: reads no file and no clock.
 *
 * @param wanted every annotated model
 * @param history what the folders reach
 * @param installChecksum of the functions that this version of the package installs
 * @throws PlanError naming every table whose wanted state cannot be reached
 */
export function plan(wanted: readonly WantedTable[], history: History, installChecksum: string): Plan {
  const { pairs, moved } = pair(wanted, history);
  const outcomes = pairs.map(({ from, to }) => planTable(from, to, history));
  const [first, ...others] = [...moved, ...outcomes.flatMap(({ refusals }) => refusals)];
  if (first) throw new PlanError([first, ...others]);
  const tables = outcomes.flatMap(({ transitions }) => transitions);
  const last: Transition[] = wanted.length === 0 && history.installed ? [{ transition: "uninstall" }] : [];
  return [...planInstall(wanted, history, installChecksum), ...tables, ...last];
}

/**
 * Functions that are about to be dropped are not replaced first, unless they are from before there was a way to drop
 * them.
 */
function planInstall(wanted: readonly WantedTable[], { installed }: History, checksum: string): InstallTransition[] {
  if (installed?.checksum === checksum) return [];
  if (wanted.length === 0 && (installed === null || installed.canRemove)) return [];
  return [{ transition: installed ? "upgrade" : "install", checksum }];
}

interface Pair {
  readonly from: ReachedTable | null;
  readonly to: WantedTable | null;
}

/** Puts both sides of each table together, by the table's name: the model may have been renamed since. */
function pair(wanted: readonly WantedTable[], { tables }: History): { pairs: Pair[]; moved: Refusal[] } {
  const left = new Map(tables);
  const matched = wanted.map((to) => {
    const key = tableKey(to.spec);
    const from = left.get(key) ?? null;
    left.delete(key);
    return { from, to };
  });
  const moved: Refusal[] = [];
  const pairs: Pair[] = matched.filter(({ from, to }) => {
    const [key, old] = [...left].find(([, { spec }]) => !from && spec.model === to.spec.model) ?? [];
    if (!key || !old) return true;
    left.delete(key);
    moved.push(
      refuse(
        "PLAN_TABLE_MOVED",
        to.spec,
        `the model was partitioned as ${qualifiedName(old.spec)} and names another table now, which is not supported ` +
          "by this version of prisma-partition.",
        "Put @@map and @@schema back as they were.",
      ),
    );
    return false;
  });
  return { pairs: [...pairs, ...[...left.values()].map((from) => ({ from, to: null }))], moved };
}

interface Outcome {
  readonly transitions: readonly Transition[];
  readonly refusals: readonly Refusal[];
}

function planTable(from: ReachedTable | null, to: WantedTable | null, history: History): Outcome {
  const position: Position = from?.spec.stage ?? "none";
  const route = routes[position][to?.spec.stage ?? "none"];
  const spec = to?.spec ?? from?.spec;
  if (!spec) return { transitions: [], refusals: [] };
  if (!isPassable(route)) {
    return { transitions: [], refusals: [refuseRoute(route, spec, from)] };
  }
  return { transitions: transitionsOf(route, from?.spec ?? null, to), refusals: refusalsOf(route, from, to, history) };
}

function isPassable(route: readonly Move[] | NoRoute): route is readonly Move[] {
  return Array.isArray(route);
}

function refusalsOf(
  moves: readonly Move[],
  from: ReachedTable | null,
  to: WantedTable | null,
  history: History,
): Refusal[] {
  if (!to) return [];
  return [
    ...(from ? refuseFixed(from.spec, to.spec) : []),
    ...(moves.includes("setup") ? refuseUncreated(history, to.spec) : []),
    ...(moves.includes("cutover") ? refuseUnready(to.spec, to.advice) : []),
    ...(from && moves.includes("rollback") ? refuseUnrestored(from.setup, to.spec, to.fields) : []),
  ];
}
