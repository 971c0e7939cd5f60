import type { History } from "../history/history.ts";
import type { PartitionSpec } from "../spec.ts";
import type { Position } from "./moves.ts";
import type { Transition } from "./transition.ts";

/**
 * Why a transition is due, a line each: what the annotations say that the emitted folders do not.
 *
 * @param reached what the folders say of the transition's table; null where they say nothing
 * @param wanted the stage that the annotation asks for; `none` without one
 */
export function causesOf(
  transition: Transition,
  history: Pick<History, "installed">,
  reached: PartitionSpec | null,
  wanted: Position,
): string[] {
  switch (transition.transition) {
    case "install":
      return ["A model is annotated, and no migration has installed the functions."];
    case "upgrade": {
      const { folder, version } = history.installed ?? { folder: "an earlier migration", version: "?" };
      return [`The functions of this version differ from those of ${folder} (version ${version}).`];
    }
    case "uninstall":
      return ["No model is annotated any more."];
    case "setup":
      return ["The model is annotated, and no migration has set its table up."];
    case "alter":
      return Object.entries(transition.changes).map(
        ([option, value]) => `${option}: ${show(reached?.[option as keyof PartitionSpec])} → ${show(value)}`,
      );
    case "teardown":
    case "release":
      return [`The annotation is gone, and the migrations have reached stage ${reached?.stage ?? "setup"}.`];
    default:
      return [
        reached === null
          ? `The annotation says \`stage: ${wanted}\` from the start.`
          : `stage: ${reached.stage} → ${transition.spec.stage}`,
      ];
  }
}

function show(value: unknown): string {
  if (value === null || value === undefined) return "none";
  if (typeof value === "string" || typeof value === "number") return String(value);
  return JSON.stringify(value);
}
