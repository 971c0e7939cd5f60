import type { ExitCode } from "../../src/cli/exit-codes.ts";
import type { Terminal } from "../../src/cli/terminal.ts";
import { cutoverEdits } from "../edit/cutover-edits.ts";
import { losses } from "../emit/losses.ts";
import { changeStage, type StageOptions } from "./stage-command.ts";

/** `stage: cutover`, and the model as the cutover wants it. */
export function cutover(model: string, options: StageOptions, terminal: Terminal): Promise<ExitCode> {
  return changeStage(
    {
      move: "cutover",
      edits: cutoverEdits,
      warnings: ({ wanted }, { setup }) => losses(setup, wanted.fields),
      next: [
        `npx prisma-partition backfill ${model}   (does nothing where all is copied)`,
        `npx prisma-partition plan   (which queries must change)`,
        `npx prisma-partition verify ${model}`,
        "npx prisma migrate deploy",
        `npx prisma-partition backfill ${model}   (validates foreign keys, keeps the old table in step; pg_cron does it by itself)`,
      ],
    },
    model,
    options,
    terminal,
  );
}
