import { type History, qualifiedName, type ReachedTable, tableKey } from "../history/history.ts";
import type { PartitionSpec, UniqueKey } from "../spec.ts";
import { changesBetween } from "./alterable.ts";
import { refuseFixed } from "./fixed.ts";
import { type Move, type Position, routes } from "./moves.ts";
import { refuseUncreated, refuseUnready } from "./preconditions.ts";
import { PlanError, type Refusal, refuse } from "./refusal.ts";
import type { Transition } from "./transition.ts";

/** A model's annotation, resolved. */
export interface WantedTable {
  readonly spec: PartitionSpec;
  /** The primary key and uniques that the table has after the cutover. */
  readonly cutoverUniques: readonly UniqueKey[];
  /** What the user has to change in the model for the cutover, one line each. */
  readonly advice: readonly string[];
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
  return [...planInstall(wanted, history, installChecksum), ...tables];
}

function planInstall(wanted: readonly WantedTable[], { installed }: History, checksum: string): Transition[] {
  if (wanted.length === 0 || installed?.checksum === checksum) return [];
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
  if (!Array.isArray(route)) {
    const { unsupported, fix } = route as Exclude<typeof route, readonly Move[]>;
    const spec = to?.spec ?? from?.spec;
    return { transitions: [], refusals: spec ? [refuse("PLAN_UNSUPPORTED", spec, unsupported, fix)] : [] };
  }
  if (!to) return { transitions: [], refusals: [] };

  const moves = route as readonly Move[];
  const refusals = [
    ...(from ? refuseFixed(from.spec, to.spec) : []),
    ...(moves.includes("setup") ? refuseUncreated(history, to.spec) : []),
    ...(moves.includes("cutover") ? refuseUnready(to.spec, to.advice) : []),
  ];
  return { refusals, transitions: transitionsOf(moves, from?.spec ?? null, to) };
}

function transitionsOf(moves: readonly Move[], from: PartitionSpec | null, to: WantedTable): Transition[] {
  const { spec, cutoverUniques } = to;
  const transitions: Transition[] = [];
  let reached = from;
  for (const move of moves) {
    if (move === "setup") {
      reached = { ...spec, stage: "setup" };
      transitions.push({ transition: "setup", spec: reached, cutoverUniques });
    } else if (reached && move === "alter") {
      const changes = changesBetween(reached, spec);
      if (!changes) continue;
      reached = { ...reached, ...changes };
      transitions.push({ transition: "alter", spec: reached, changes });
    } else if (reached && move === "cutover") {
      transitions.push({ transition: "cutover", spec: { ...spec, stage: "cutover" }, cutoverUniques, reached });
    }
  }
  return transitions;
}
