import { qualifiedName } from "../history/history.ts";
import type { WantedTable } from "../plan/plan.ts";
import type { EmittedFolder } from "./emit-migrations.ts";

/**
 * What the user reads after `prisma generate`: one line per folder written; then, for each table that was set up and
 * not swapped in the same go, what the cutover will ask of the model.
 */
export function report(folders: readonly EmittedFolder[], wanted: readonly WantedTable[]): string {
  if (folders.length === 0) {
    return wanted.length === 0
      ? "prisma-partition: no model has a @partition annotation.\n"
      : "prisma-partition: migrations are up to date with the annotations.\n";
  }
  const lines = folders.map(({ path }) => `prisma-partition: wrote ${path}`);
  for (const { spec, advice } of wanted) {
    const emitted = folders.filter(({ transition }) => "spec" in transition && transition.spec.model === spec.model);
    if (emitted.at(-1)?.transition.transition !== "setup" || advice.length === 0) continue;
    lines.push(
      "",
      `Before the cutover of ${spec.model} (${qualifiedName(spec)}):`,
      ...advice.map((line) => `  ${line}`),
    );
  }
  return `${lines.join("\n")}\n`;
}
