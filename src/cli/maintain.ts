import { type Command, InvalidArgumentError } from "commander";
import type { Executor } from "../executor.ts";
import { findTable, type Table } from "../find-table.ts";
import { parseInstant } from "../instant.ts";
import type { Bound } from "../list.ts";
import { ensurePartitions, maintainTable } from "../maintain.ts";
import { addDatabaseOptions, type CommandContext, type CommonOptions } from "./command.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { formatBound, formatCount } from "./format.ts";
import { toJson } from "./json.ts";
import { paint, type Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";
import { withDatabase } from "./with-database.ts";

interface Options extends CommonOptions {
  readonly from?: string;
  readonly to?: string;
}

export function addMaintainCommand(program: Command, context: CommandContext): void {
  addDatabaseOptions(program.command("maintain"))
    .description(
      "Do what the scheduled maintenance does, now: rows out of the default partition, partitions ahead, expired ones away.",
    )
    .argument("<model>", "the Prisma model, or schema.table")
    .option("--from <bound>", "with --to: only make partitions, from this key on (inclusive)", bound)
    .option("--to <bound>", "up to this key (exclusive)", bound)
    .option("--json", "one JSON object")
    .addHelpText(
      "after",
      `
A bound is an instant in UTC (2024-01-01, 2024-01-01T06:00:00Z), or a whole number where the key is one.

Examples:
  $ prisma-partition maintain EventTransaction
  $ prisma-partition maintain EventTransaction --from 2019-01-01 --to 2020-01-01   # before an import of 2019`,
    )
    .action((model: string, options: Options) =>
      context.run(options, () =>
        withDatabase(options, 1, (executor) => maintain(executor, model, options, context.terminal)),
      ),
    );
}

/** One round of maintenance, or partitions for a range. */
export async function maintain(
  executor: Executor,
  model: string,
  options: Options,
  terminal: Terminal,
): Promise<ExitCode> {
  const { from, to } = options;
  if ((from === undefined) !== (to === undefined)) throw new UsageError("--from and --to belong together.");
  const table = await findTable(executor, model);
  const range = from === undefined || to === undefined ? null : { from: parse(table, from), to: parse(table, to) };
  const { created } =
    range === null ? await maintainTable(executor, table) : await ensurePartitions(executor, table, range);
  if (options.json) {
    terminal.out(`${toJson({ model: table.model, created }, 2)}\n`);
    return exitCodes.ok.code;
  }
  const what = created === 0 ? "no partition was missing" : `${formatCount(created)} partitions made`;
  const where = range === null ? "" : ` from ${formatBound(range.from)} to ${formatBound(range.to)}`;
  terminal.out(`${paint(terminal, "green", "Done:")} ${table.model}: ${what}${where}.\n`);
  return exitCodes.ok.code;
}

const number = /^-?\d+$/;

/** What it is depends on the table; here only what it is not. */
function bound(text: string): string {
  if (number.test(text) || instant(text) !== null) return text;
  throw new InvalidArgumentError("An instant (2024-01-01, 2024-01-01T06:00:00Z) or a whole number is expected.");
}

function parse(table: Table, text: string): Bound {
  const value = table.bound === "integer" ? (number.test(text) ? BigInt(text) : null) : instant(text);
  if (value !== null) return value;
  const wanted = table.bound === "integer" ? "whole numbers" : "instants";
  throw new UsageError(`${table.model} is partitioned by ${wanted}; ${text} is none.`);
}

function instant(text: string): Date | null {
  try {
    return parseInstant(text);
  } catch {
    return null;
  }
}
