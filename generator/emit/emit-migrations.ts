import { join, relative } from "node:path";
import { readHistory } from "../history/index.ts";
import { plan, type WantedTable } from "../plan/plan.ts";
import type { Transition } from "../plan/transition.ts";
import { installChecksum, render } from "../sql/render.ts";
import { folderLabel, folderNames } from "./folder-name.ts";
import { emitFolders } from "./migration-folders.ts";
import { type EmitOption, refuseInCi } from "./policy.ts";

export interface EmittedFolder {
  /** Relative to the working directory, for people. */
  readonly path: string;
  readonly transition: Transition;
}

/**
 * Brings the migrations folder up to the annotations: history → plan → SQL → folders. Everything is planned and rendered
 * before the first byte is written.
 *
 * @throws HistoryError, PlanError, EmitError
 */
export async function emitMigrations(
  wanted: readonly WantedTable[],
  migrations: string,
  emit: Exclude<EmitOption, "never">,
  env: NodeJS.ProcessEnv = process.env,
): Promise<EmittedFolder[]> {
  const history = await readHistory(migrations);
  const transitions = plan(wanted, history, installChecksum());
  refuseInCi(emit, transitions, env);
  const names = folderNames(transitions.map(folderLabel), history.folders, new Date());
  const planned = transitions.map((transition, index) => ({ transition, name: names[index] ?? "" }));
  await emitFolders(
    migrations,
    planned.map(({ transition, name }) => ({ name, sql: render(transition, name) })),
  );
  return planned.map(({ transition, name }) => ({ transition, path: relative(process.cwd(), join(migrations, name)) }));
}
