import { type AnnotatedModel, relationChanges } from "../annotation/index.ts";
import type { ReachedTable } from "../history/history.ts";
import { sameNames } from "../same-names.ts";
import type { Stage } from "../spec.ts";
import { type Move, refuseRoute, routes } from "./moves.ts";
import { PlanError, refuse } from "./refusal.ts";
import { keysToRestore, refuseUnrestored } from "./restored-keys.ts";

/** The moves that a command of their name asks for, and the stage each leads to. */
export const stageMoves = { cutover: "cutover", rollback: "setup", cleanup: "cleanup" } as const satisfies Partial<
  Record<Move, Stage>
>;

export type StageMove = keyof typeof stageMoves;

/**
 * Refuses to edit a model for a move that does not start from the stage reached, or whose edit is the user's to decide.
 *
 * @param reached what the emitted folders say of its table; null where there are none
 * @throws PlanError with what to do instead
 */
export function assertMovable(
  move: StageMove,
  { model, key, wanted }: AnnotatedModel,
  reached: ReachedTable | null,
): asserts reached is ReachedTable {
  const { spec } = wanted;
  const position = reached?.spec.stage ?? "none";
  const route = routes[position][stageMoves[move]];
  if ("reason" in route) throw new PlanError([refuseRoute(route, spec, reached)]);
  if (reached === null || !route.includes(move)) {
    throw new PlanError([refuse("PLAN_UNSUPPORTED", spec, ...nothingToDo(move, position, spec.stage, model.name))]);
  }
  if (move === "cutover") {
    const changes = relationChanges(model, key);
    if (changes.length === 0) return;
    const reason =
      "relations reference it without the partition key. What to do about them needs a column and its values, so it is yours to decide.";
    throw new PlanError([refuse("PLAN_MODEL_NOT_READY", spec, reason, wanted.advice.join("\n  "))]);
  }
  if (move === "rollback") refuseRollback({ model, key, wanted }, reached);
}

function nothingToDo(move: StageMove, reached: keyof typeof routes, stated: Stage, model: string): [string, string] {
  if (reached === "none") {
    // Its keys must be on record as they are before they are changed: the old table keeps them.
    const fix = "Run `npx prisma generate` and `npx prisma migrate deploy`, and backfill it; then run this again.";
    return ["no migration has set it up yet.", move === "cutover" ? fix : "There is nothing to go back from."];
  }
  const reason = `its migrations have reached stage ${reached} already, so there is nothing to ${move === "cutover" ? "cut over" : move === "rollback" ? "roll back" : "clean up"}.`;
  if (stated !== reached) {
    return [
      reason,
      `The annotation says \`stage: ${stated}\`: to stay where the table is, write \`stage: ${reached}\`.`,
    ];
  }
  const next: Record<Stage, string> = {
    setup: `To partition it, backfill it and run \`npx prisma-partition cutover ${model}\`.`,
    cutover: `To go back, run \`npx prisma-partition rollback ${model}\`; to drop the old table, \`npx prisma-partition cleanup ${model}\`.`,
    cleanup: "Where it is not deployed yet, run `npx prisma migrate deploy`.",
  };
  return [reason, next[reached]];
}

/** Uniques that the plain table lacks, and relations that reference what it does not have, are not edited away. */
function refuseRollback({ model, wanted }: Omit<AnnotatedModel, "annotation">, { setup }: ReachedTable): void {
  const { surplus } = keysToRestore(setup, wanted.spec);
  const [unrestored] = surplus.length > 0 ? refuseUnrestored(setup, wanted.spec, wanted.fields) : [];
  if (unrestored) throw new PlanError([unrestored]);
  const keys = setup.uniques.map(({ columns }) => columns.map((column) => wanted.fields[column] ?? column));
  const lost = model.incoming.filter(({ references }) => !keys.some((fields) => sameNames(fields, references)));
  if (lost.length === 0) return;
  const lines = lost.map(
    ({ model: other, field, references }) =>
      `\`${other}.${field}\` references \`[${references.join(", ")}]\`, which the old table has no unique for. Drop the relation, or write it as it was.`,
  );
  const reason = "relations reference it by what is not unique in the old table.";
  throw new PlanError([refuse("PLAN_MODEL_NOT_READY", wanted.spec, reason, lines.join("\n  "))]);
}
