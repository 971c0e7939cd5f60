import type { PartitionSpec } from "../spec.ts";
import { changesBetween } from "./alterable.ts";
import type { Move } from "./moves.ts";
import type { WantedTable } from "./plan.ts";
import type { Transition } from "./transition.ts";

/**
 * What each move of a route is for one table, in order.
 *
 * @param from what holds before the first; null where nothing does
 * @param to null where the annotation is gone
 */
export function transitionsOf(
  moves: readonly Move[],
  from: PartitionSpec | null,
  to: WantedTable | null,
): Transition[] {
  const transitions: Transition[] = [];
  let reached = from;
  for (const move of moves) {
    const transition = transitionOf(move, reached, to);
    if (transition === null) continue;
    transitions.push(transition);
    reached = transition.spec;
  }
  return transitions;
}

type TableTransition = Extract<Transition, { spec: PartitionSpec }>;

/** Null where there is nothing to do: an `alter` without changes. */
function transitionOf(move: Move, reached: PartitionSpec | null, to: WantedTable | null): TableTransition | null {
  if (to && move === "setup") {
    return { transition: move, spec: { ...to.spec, stage: "setup" }, cutoverUniques: to.cutoverUniques };
  }
  if (!reached) return null;
  if (move === "teardown" || move === "release") return { transition: move, spec: reached };
  if (!to) return null;
  switch (move) {
    case "alter": {
      const changes = changesBetween(reached, to.spec);
      return changes && { transition: move, spec: { ...reached, ...changes }, changes };
    }
    case "cutover": {
      const spec: PartitionSpec = { ...to.spec, stage: "cutover" };
      return { transition: move, spec, cutoverUniques: to.cutoverUniques, reached };
    }
    case "rollback":
      return { transition: move, spec: { ...to.spec, stage: "setup" }, reached };
    case "cleanup":
      return { transition: move, spec: { ...to.spec, stage: "cleanup" } };
    default:
      return null;
  }
}
