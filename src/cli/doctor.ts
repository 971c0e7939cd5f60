import { type Command, Option } from "commander";
import type { Executor } from "../executor.ts";
import { findTable, listTables } from "../find-table.ts";
import { type Health, isHealthy, readHealth, readInstallationHealth } from "../health/health.ts";
import { reinstall } from "../installation/reinstall.ts";
import { addDatabaseOptions, type CommandContext, type CommonOptions } from "./command.ts";
import { describeHealth } from "./describe-health.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { toJson } from "./json.ts";
import { toPrometheus } from "./prometheus.ts";
import { paint, type Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";
import { withDatabase } from "./with-database.ts";

interface Options extends CommonOptions {
  readonly format: "text" | "json" | "prometheus";
  readonly reinstall?: boolean;
}

export function addDoctorCommand(program: Command, context: CommandContext): void {
  addDatabaseOptions(program.command("doctor"))
    .description(
      "Look for whatever is wrong, and print the command that mends it. Changes nothing without --reinstall.",
    )
    .argument("[model]", "the Prisma model, or schema.table (default: all of them, and the installation)")
    .addOption(
      new Option("--format <format>", "how to print it").choices(["text", "json", "prometheus"]).default("text"),
    )
    .option("--json", "one JSON object: the same as --format json")
    .option("--reinstall", "put this package's functions into the database again, then look")
    .addHelpText(
      "after",
      `
Examples:
  $ prisma-partition doctor                      # exit code 1 if there is an error or a warning
  $ prisma-partition doctor EventTransaction --json
  $ prisma-partition doctor --format prometheus  # for node_exporter's textfile collector, say`,
    )
    .action((model: string | undefined, options: Options, command: Command) => {
      const json = options.json === true || options.format === "json";
      return context.run({ ...options, json }, () => {
        if (options.json && options.format !== "json" && command.getOptionValueSource("format") !== "default") {
          throw new UsageError(`--json is --format json; it cannot be had together with --format ${options.format}.`);
        }
        return withDatabase(options, 1, (executor) => doctor(executor, model, options, context.terminal));
      });
    });
}

/** Prints what was found. 1 if there is an error or a warning, 0 if not. */
export async function doctor(
  executor: Executor,
  model: string | undefined,
  options: Options,
  terminal: Terminal,
): Promise<ExitCode> {
  const format = options.json ? "json" : options.format;
  if (options.reinstall) {
    await reinstall(executor);
    const done = paint(terminal, "green", "The functions of schema prisma_partition were put in again.");
    if (format === "text") terminal.out(`${done}\n`);
  }
  const tables = model === undefined ? await listTables(executor) : [await findTable(executor, model)];
  const health: Health[] = [];
  for (const table of tables) health.push(await readHealth(executor, table));
  const installation = model === undefined ? await readInstallationHealth(executor) : null;
  const ok = health.every((table) => table.ok) && isHealthy(installation ?? []);
  if (format === "json") terminal.out(`${toJson({ ok, tables: health, installation }, 2)}\n`);
  else if (format === "prometheus") terminal.out(toPrometheus(health, installation ?? []));
  else terminal.out(`${describeHealth(health, installation, terminal).join("\n")}\n`);
  return ok ? exitCodes.ok.code : exitCodes.negative.code;
}
