import { join, relative } from "node:path";
import { assertSound } from "../annotation/index.ts";
import { type History, tableKey } from "../history/history.ts";
import { readHistory } from "../history/index.ts";
import { plan, type WantedTable } from "../plan/plan.ts";
import type { Transition } from "../plan/transition.ts";
import { installChecksum, render } from "../sql/render.ts";
import { folderLabel, folderNames } from "./folder-name.ts";
import { emitFolders, type RenderedMigration } from "./migration-folders.ts";
import { type EmitOption, refuseInCi } from "./policy.ts";

export interface EmittedFolder {
  /** Relative to the working directory, for people. */
  readonly path: string;
  readonly transition: Transition;
}

/** A migration that is to be written, and what for. */
export interface PlannedMigration extends RenderedMigration {
  readonly transition: Transition;
}

/**
 * The migrations that the annotations ask for beyond what the history reaches, as they would be written now. Reads
 * and writes nothing.
 *
 * @param now the first folder's time, unless an existing one is later
 * @throws PlanError, EmitError; AnnotationError where the schema shows that a setup would be refused
 */
export function planMigrations(wanted: readonly WantedTable[], history: History, now: Date): PlannedMigration[] {
  const transitions = plan(wanted, history, installChecksum());
  const setUp = transitions.flatMap((step) => (step.transition === "setup" ? tableKey(step.spec) : []));
  assertSound(wanted.flatMap(({ spec, beforeSetup }) => (setUp.includes(tableKey(spec)) ? beforeSetup : [])));
  const names = folderNames(transitions.map(folderLabel), history.folders, now);
  return transitions.map((transition, index) => {
    const name = names[index] ?? "";
    return { transition, name, sql: render(transition, name) };
  });
}

/**
 * Brings the migrations folder up to the annotations: history → plan → SQL → folders. Everything is planned and rendered
 * before the first byte is written.
 *
 * @throws HistoryError, PlanError, EmitError, AnnotationError
 */
export async function emitMigrations(
  wanted: readonly WantedTable[],
  migrations: string,
  emit: Exclude<EmitOption, "never">,
  env: NodeJS.ProcessEnv = process.env,
): Promise<EmittedFolder[]> {
  const history = await readHistory(migrations);
  const planned = planMigrations(wanted, history, new Date());
  refuseInCi(
    emit,
    planned.map(({ transition }) => transition),
    env,
  );
  await emitFolders(migrations, planned);
  return planned.map(({ transition, name }) => ({ transition, path: relative(process.cwd(), join(migrations, name)) }));
}
