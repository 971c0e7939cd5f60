import { relative } from "node:path";
import type { CommonOptions } from "../../src/cli/command.ts";
import { type ExitCode, exitCodes } from "../../src/cli/exit-codes.ts";
import { listenForInterrupt } from "../../src/cli/interrupt.ts";
import { toJson } from "../../src/cli/json.ts";
import { paint, type Terminal } from "../../src/cli/terminal.ts";
import { wrap } from "../../src/cli/wrap.ts";
import { applyEdits, type Edit } from "../edit/edit.ts";
import type { EditSubject } from "../edit/subject.ts";
import { type ReachedTable, tableKey } from "../history/history.ts";
import { assertMovable, type StageMove } from "../plan/stage-change.ts";
import { canAsk, confirm } from "./confirm.ts";
import { findAnnotated } from "./find-annotated.ts";
import type { ProjectOptions } from "./find-schema.ts";
import { readProject } from "./project.ts";
import { asProjectErrors } from "./project-error.ts";
import { runGenerate } from "./run-prisma.ts";
import { writeSchema } from "./schema-writer.ts";
import { diffOf, showDiff } from "./show-diff.ts";

export interface StageOptions extends ProjectOptions, Pick<CommonOptions, "json"> {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  /** False with `--no-generate`. */
  readonly generate: boolean;
}

/** What one of the commands does to a model. */
export interface StageCommand {
  readonly move: StageMove;
  /** @param reached what the emitted folders say of its table */
  readonly edits: (subject: EditSubject, reached: ReachedTable) => Edit[];
  /** What must be known before it is confirmed. */
  readonly warnings: (subject: EditSubject, reached: ReachedTable) => readonly string[];
  /** What to do once the migrations are written. */
  readonly next: readonly string[];
}

/**
 * Edits a model's schema for another stage: shows the changes, asks, writes them, generates. What cannot be generated is
 * taken back.
 *
 * @throws UsageError, ProjectError with what to do instead; then nothing was written
 */
export async function changeStage(
  { move, edits, warnings, next }: StageCommand,
  name: string,
  options: StageOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const cwd = process.cwd();
  const { project, files, remarks } = await asProjectErrors(async () => {
    const read = await readProject(options, cwd, name);
    const subject = { ...findAnnotated(read, name), schema: read.schema };
    const reached = read.history.tables.get(tableKey(subject.wanted.spec)) ?? null;
    assertMovable(move, subject, reached);
    return { project: read, files: applyEdits(edits(subject, reached)), remarks: warnings(subject, reached) };
  });
  const changed = files.filter(({ before, after }) => before !== after);
  const report = (written: boolean, generated: boolean) => {
    if (!options.json) return;
    const edited = changed.map((file) => ({ path: relative(cwd, file.path), diff: diffOf(file, cwd) }));
    terminal.out(`${toJson({ model: name, move, files: edited, remarks, written, generated }, 2)}\n`);
  };
  const say = (text: string) => {
    if (!options.json) terminal.out(text);
  };
  if (changed.length > 0) say(`${showDiff(changed, cwd, terminal)}\n`);
  else say("The schema says so already.\n");
  for (const remark of remarks) {
    const lines = wrap(remark, terminal.columns() - 2, "  ").join("\n");
    say(`${paint(terminal, "yellow", "!")} ${lines}\n`);
  }
  if (options.dryRun) {
    report(false, false);
    return exitCodes.ok.code;
  }
  const answer = await consent(options, terminal);
  if (answer !== null) {
    report(false, false);
    return answer;
  }

  const written = await writeSchema(changed, project.migrations);
  const names = changed.map(({ path }) => relative(cwd, path)).join(", ");
  if (names !== "") say(`Changed ${names}.\n`);
  if (!options.generate) {
    say("Next: npx prisma generate\n");
    report(true, false);
    return exitCodes.ok.code;
  }
  const { code, isInterrupted } = await generate(options, cwd);
  if (code === 0) {
    report(true, true);
    say(["Next:", ...next.map((step, index) => `  ${index + 1}. ${step}`), ""].join("\n"));
    return exitCodes.ok.code;
  }
  const { removed } = await written.undo();
  terminal.err(`${paint(terminal, "red", "error:")} ${failure(code, names, removed)}\n`);
  return isInterrupted ? exitCodes.interrupted.code : exitCodes.failed.code;
}

/** Null where the changes are to be made; else the exit code. */
async function consent({ yes, generate, json }: StageOptions, terminal: Terminal): Promise<ExitCode | null> {
  if (yes) return null;
  const question = generate ? "Apply and generate?" : "Apply?";
  if (json || !canAsk()) {
    terminal.err("Nothing was changed: there is nobody to confirm this. Pass --yes to make the changes.\n");
    return exitCodes.negative.code;
  }
  const answer = await confirm(question);
  if (answer === "yes") return null;
  terminal.err(`${answer === "interrupted" ? "\n" : ""}Nothing was changed.\n`);
  return answer === "interrupted" ? exitCodes.interrupted.code : exitCodes.negative.code;
}

/** Ctrl-C reaches Prisma as well: wait for its end, so that what was written can be taken back. */
async function generate(options: StageOptions, cwd: string): Promise<{ code: number | null; isInterrupted: boolean }> {
  const interrupt = listenForInterrupt(() => undefined);
  try {
    const { code } = await runGenerate([], options, cwd, { inherit: !options.json });
    return { code, isInterrupted: interrupt.signal.aborted };
  } finally {
    interrupt.dispose();
  }
}

function failure(code: number | null, names: string, removed: readonly string[]): string {
  const ended = code === null ? "was stopped" : `ended with code ${code}`;
  const folders =
    removed.length === 0 ? "" : ` The migrations that it had written were removed: ${removed.join(", ")}.`;
  const files =
    names === "" ? "No schema file had been changed." : `${names} ${names.includes(",") ? "are" : "is"} as before.`;
  const client =
    "What its other generators wrote may be of the schema that was tried: `npx prisma generate` writes it anew.";
  return `prisma generate ${ended}. ${files}${folders} Mend what it says above, then run this again. ${client}`;
}
