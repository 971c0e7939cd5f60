import { Command, CommanderError } from "commander";
import { packageVersion } from "../package-version.ts";
import { addBackfillCommand } from "./backfill.ts";
import type { CommandContext } from "./command.ts";
import { addCompletionCommand } from "./completion.ts";
import { addDoctorCommand } from "./doctor.ts";
import { describeExitCodes, type ExitCode, exitCodes } from "./exit-codes.ts";
import { addListCommand } from "./list.ts";
import { addMaintainCommand } from "./maintain.ts";
import { reportError } from "./report-error.ts";
import { addStatusCommand } from "./status.ts";
import { makeTerminal, type Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";
import { addVerifyCommand } from "./verify.ts";

/** Adds one command, its options and its action to the program. */
export type AddCommand = (program: Command, context: CommandContext) => void;

/** The commands that need a database only; the order is that of `--help`. */
const databaseCommands: readonly AddCommand[] = [
  addStatusCommand,
  addBackfillCommand,
  addVerifyCommand,
  addListCommand,
  addMaintainCommand,
  addDoctorCommand,
];

/**
 * The command line, without the program's own name (`process.argv.slice(2)`). Gives back the exit code and ends nothing,
 * except on a second Ctrl-C.
 *
 * @param projectCommands those that read the project's schema files too, which are the generator's to understand
 */
export async function run(
  argv: readonly string[],
  terminal: Terminal = makeTerminal(process.stdout, process.stderr, process.env),
  projectCommands: readonly AddCommand[] = [],
): Promise<number> {
  let exitCode: ExitCode = exitCodes.ok.code;
  // Before anything is parsed: what cannot be parsed is an error too.
  const json = argv.includes("--json");
  const context: CommandContext = {
    terminal,
    async run(options, action) {
      try {
        exitCode = await action();
      } catch (error) {
        exitCode = reportError(terminal, error, options.json === true);
      }
    },
  };
  try {
    await makeProgram(context, json, [...databaseCommands, ...projectCommands]).parseAsync([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return exitCodes.ok.code;
    // Without it commander has written the message already.
    return json ? reportError(terminal, usageError(error), json) : exitCodes.usage.code;
  }
  return exitCode;
}

function usageError({ message }: CommanderError): UsageError {
  return new UsageError(message.replace(/^error: /, ""));
}

/** @param json errors are left to be reported as JSON */
function makeProgram(context: CommandContext, json: boolean, commands: readonly AddCommand[]): Command {
  const { terminal } = context;
  const width = Math.min(terminal.columns(), 120);
  const program = new Command("prisma-partition")
    .description("Turn a live PostgreSQL table of a Prisma project into a range-partitioned one.")
    .version(packageVersion())
    .showHelpAfterError("(add --help for what there is)")
    .addHelpText("after", `\nExit codes:\n${describeExitCodes()}`)
    .exitOverride()
    .configureOutput({
      writeOut: terminal.out,
      writeErr: json ? () => undefined : terminal.err,
      getOutHelpWidth: () => width,
      getErrHelpWidth: () => width,
      getOutHasColors: () => terminal.color,
      getErrHasColors: () => terminal.color,
    });
  // Commands made by .command() inherit all of the above.
  for (const add of [...commands, addCompletionCommand]) add(program, context);
  return program;
}
