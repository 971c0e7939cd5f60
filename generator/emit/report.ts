import { qualifiedName } from "../history/history.ts";
import { descriptions } from "../plan/descriptions.ts";
import type { WantedTable } from "../plan/plan.ts";
import type { Transition } from "../plan/transition.ts";
import type { EmittedFolder } from "./emit-migrations.ts";
import { losses } from "./losses.ts";

/**
 * What the user reads after `prisma generate`: one line per folder written; then, for each table, what its last folder
 * means for the user: what the cutover will ask of the model and what it gives up, or what cannot be undone.
 */
export function report(folders: readonly EmittedFolder[], wanted: readonly WantedTable[]): string {
  if (folders.length === 0) {
    return wanted.length === 0
      ? "prisma-partition: no model has a @partition annotation.\n"
      : "prisma-partition: migrations are up to date with the annotations.\n";
  }
  const lines = folders.map(({ path }) => `prisma-partition: wrote ${path}`);
  for (const transition of lastOfEachTable(folders)) {
    const to = wanted.find(({ spec }) => spec.model === transition.spec.model);
    const table = `${transition.spec.model} (${qualifiedName(transition.spec)})`;
    for (const [heading, remarks] of remarksOn(transition, to, table)) {
      if (remarks.length > 0) lines.push("", heading, ...remarks.map((remark) => `  ${remark}`));
    }
  }
  return `${lines.join("\n")}\n`;
}

type TableTransition = Extract<Transition, { spec: unknown }>;

function lastOfEachTable(folders: readonly EmittedFolder[]): TableTransition[] {
  const last = new Map<string, TableTransition>();
  for (const { transition } of folders) {
    if ("spec" in transition) last.set(qualifiedName(transition.spec), transition);
  }
  return [...last.values()];
}

/** Headings, and what stands under each. */
function remarksOn(transition: TableTransition, to: WantedTable | undefined, table: string): [string, string[]][] {
  const fields = to?.fields ?? {};
  switch (transition.transition) {
    case "setup":
      return [
        [`Before the cutover of ${table}:`, [...(to?.advice ?? [])]],
        [`After the cutover of ${table}:`, losses(transition.spec, fields)],
      ];
    case "cutover":
      return [[`After the cutover of ${table}:`, losses(transition.reached, fields)]];
    case "cleanup":
    case "release":
      return [[`After the ${transition.transition} of ${table}:`, [...descriptions[transition.transition].after]]];
    default:
      return [];
  }
}
