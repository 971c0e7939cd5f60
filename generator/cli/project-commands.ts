import type { Command } from "commander";
import type { CommandContext } from "../../src/cli/command.ts";
import type { ExitCode } from "../../src/cli/exit-codes.ts";
import type { AddCommand } from "../../src/cli/main.ts";
import type { PlanOptions } from "./plan.ts";
import type { StageOptions } from "./stage-command.ts";

/**
 * The commands that read the project's schema files. What they do is loaded when they run, so that the commands that
 * need a database only do not wait for it.
 */
export const projectCommands: readonly AddCommand[] = [
  addPlanCommand,
  (program, context) =>
    addStageCommand(program, context, {
      name: "cutover",
      description:
        "Edit a model for the cutover: its stage, and the partition key in its id and uniques. Then generate.",
      load: async () => (await import("./cutover.ts")).cutover,
    }),
  (program, context) =>
    addStageCommand(program, context, {
      name: "rollback",
      description: "Edit a model back to what it was before the cutover. Then generate.",
      load: async () => (await import("./rollback.ts")).rollback,
    }),
  (program, context) =>
    addStageCommand(program, context, {
      name: "cleanup",
      description: "Edit a model so that its old table is dropped, for which there is no way back. Then generate.",
      load: async () => (await import("./cleanup.ts")).cleanup,
    }),
];

function addPlanCommand(program: Command, context: CommandContext): void {
  addProjectOptions(program.command("plan"))
    .description(
      "Show what prisma generate would emit and why, and what the application has to change. Writes nothing.",
    )
    .option("--sql", "the SQL of the migrations, as it would be written")
    .option("--json", "one JSON object; with --sql, the SQL of each folder")
    .option("--exit-code", "exit with 1 while migrations are pending")
    .addHelpText(
      "after",
      `
Examples:
  $ prisma-partition plan
  $ prisma-partition plan --sql | less          # the migrations, to be reviewed before they are written
  $ prisma-partition plan --exit-code           # in CI: fails while a migration has not been generated`,
    )
    .action((options: PlanOptions) =>
      context.run(options, async () => (await import("./plan.ts")).plan(options, context.terminal)),
    );
}

interface StageCommandDefinition {
  readonly name: string;
  readonly description: string;
  readonly load: () => Promise<
    (model: string, options: StageOptions, terminal: CommandContext["terminal"]) => Promise<ExitCode>
  >;
}

function addStageCommand(
  program: Command,
  context: CommandContext,
  { name, description, load }: StageCommandDefinition,
) {
  addProjectOptions(program.command(name))
    .description(description)
    .argument("<model>", "the Prisma model")
    .option("-y, --yes", "do not ask")
    .option("--dry-run", "show the changes only")
    .option("--no-generate", "do not run prisma generate afterwards")
    .option("--json", "one JSON object, with the changes as a diff; does not ask, so it needs --yes or --dry-run")
    .addHelpText(
      "after",
      `
Examples:
  $ prisma-partition ${name} EventTransaction --dry-run   # shows the changes
  $ prisma-partition ${name} EventTransaction             # shows them, asks, makes them, generates`,
    )
    .action((model: string, options: StageOptions) =>
      context.run(options, async () => (await load())(model, options, context.terminal)),
    );
}

function addProjectOptions(command: Command): Command {
  return command
    .option("--schema <path>", "the schema: a file, or a folder of them (default: as prisma generate finds it)")
    .option("--config <file>", "path of prisma.config.ts");
}
