import type { ExitCode } from "../../src/cli/exit-codes.ts";
import type { Terminal } from "../../src/cli/terminal.ts";
import { stageEdits } from "../edit/stage-edit.ts";
import { descriptions } from "../plan/descriptions.ts";
import { changeStage, type StageOptions } from "./stage-command.ts";

/** `stage: cleanup`, after which there is no way back. */
export function cleanup(model: string, options: StageOptions, terminal: Terminal): Promise<ExitCode> {
  return changeStage(
    {
      move: "cleanup",
      edits: ({ annotation }) => stageEdits(annotation, "cleanup"),
      warnings: () => descriptions.cleanup.after,
      next: ["npx prisma migrate deploy"],
    },
    model,
    options,
    terminal,
  );
}
