import type { ExitCode } from "../../src/cli/exit-codes.ts";
import type { Terminal } from "../../src/cli/terminal.ts";
import { rollbackEdits } from "../edit/rollback-edits.ts";
import { changeStage, type StageOptions } from "./stage-command.ts";

/** Back to setup, and the model as its plain table is. */
export function rollback(model: string, options: StageOptions, terminal: Terminal): Promise<ExitCode> {
  return changeStage(
    {
      move: "rollback",
      edits: (subject, { setup }) => rollbackEdits(subject, setup),
      warnings: () => [],
      next: ["npx prisma migrate deploy"],
    },
    model,
    options,
    terminal,
  );
}
