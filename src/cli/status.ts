import type { Command } from "commander";
import type { Executor } from "../executor.ts";
import { findTable, type Table } from "../find-table.ts";
import { type LogTrend, logAdvice } from "../progress/log-trend.ts";
import { isFinished, type Progress, readAllProgress } from "../progress/progress.ts";
import { isTransient, pause } from "../retry.ts";
import { addDatabaseOptions, type CommandContext, type CommonOptions } from "./command.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { formatCompact, formatCount, formatDuration, formatInstant, formatPercent, formatRate } from "./format.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { toJson } from "./json.ts";
import { positiveNumber } from "./parse.ts";
import { makeScreen } from "./screen.ts";
import { renderTable, type TableColumn } from "./table.ts";
import { paint, type Terminal } from "./terminal.ts";
import { withDatabase } from "./with-database.ts";

interface Options extends CommonOptions {
  readonly exitCode?: boolean;
  /** Seconds; true for the default. */
  readonly watch?: number | true;
}

const watchSeconds = 2;

export function addStatusCommand(program: Command, context: CommandContext): void {
  addDatabaseOptions(program.command("status"))
    .description("Show where every partitioned table stands.")
    .argument("[models...]", "Prisma models, or schema.table (default: all of them)")
    .option("--json", "one JSON array of tables")
    .option("--exit-code", "exit with 1 while a table is not ready")
    .option(
      "--watch [seconds]",
      `show it anew every few seconds (default: ${watchSeconds}) until Ctrl-C`,
      positiveNumber,
    )
    .addHelpText(
      "after",
      `
Examples:
  $ prisma-partition status --watch
  $ prisma-partition status EventTransaction AuditLog
  $ until prisma-partition status --exit-code; do sleep 60; done   # in a script: waits for every backfill`,
    )
    .action((models: string[], options: Options) =>
      context.run(options, () =>
        withDatabase(options, 1, (executor) =>
          options.watch === undefined
            ? status(executor, models, options, context.terminal)
            : watch(executor, models, options, context.terminal),
        ),
      ),
    );
}

/** Prints one row per table, and below it what needs attention. */
export async function status(
  executor: Executor,
  models: readonly string[],
  options: Options,
  terminal: Terminal,
): Promise<ExitCode> {
  const tables = await readTables(executor, models);
  terminal.out(render(tables, options, terminal));
  return exitCodeOf(tables, options);
}

/** The same again and again: in place on a terminal, below each other (JSON: one line each) elsewhere. */
async function watch(
  executor: Executor,
  models: readonly string[],
  options: Options,
  terminal: Terminal,
): Promise<ExitCode> {
  const screen = makeScreen(terminal);
  const interrupt = listenForInterrupt(() => undefined);
  const seconds = options.watch === true || options.watch === undefined ? watchSeconds : options.watch;
  try {
    let tables: Progress[] = [];
    while (!interrupt.signal.aborted) {
      try {
        tables = await readTables(executor, models);
        screen.show(render(tables, options, terminal));
      } catch (error) {
        if (!isTransient(error)) throw error;
        terminal.err(`${(error as Error).message} Trying again.\n`);
      }
      await pause(seconds * 1000, interrupt.signal);
    }
    return exitCodeOf(tables, options);
  } finally {
    interrupt.dispose();
  }
}

/** Those that were named, else all of them; in name order. */
async function readTables(executor: Executor, models: readonly string[]): Promise<Progress[]> {
  const wanted: Table[] = [];
  for (const model of models) wanted.push(await findTable(executor, model));
  const tables = await readAllProgress(executor);
  if (models.length === 0) return tables;
  return tables.filter((one) => wanted.some(({ schema, table }) => schema === one.schema && table === one.table));
}

function render(tables: readonly Progress[], options: Options, terminal: Terminal): string {
  if (options.json) return `${toJson(tables, options.watch === undefined ? 2 : undefined)}\n`;
  return `${describe(tables, terminal).join("\n")}\n`;
}

function exitCodeOf(tables: readonly Progress[], options: Options): ExitCode {
  const waiting = tables.some((table) => table.stage === "setup" && !table.ready);
  return options.exitCode && waiting ? exitCodes.negative.code : exitCodes.ok.code;
}

/** Behind the number of changes that wait. */
const arrows: Record<LogTrend, string> = {
  empty: "",
  held: "",
  shrinking: " ↓",
  steady: " →",
  growing: " ↑",
  unattended: " !",
};

const columns: TableColumn<Progress>[] = [
  { title: "Model", value: (table) => table.model, shrinkTo: 12 },
  { title: "Table", value: (table) => `${table.schema}.${table.table}`, shrinkTo: 16, dropAt: 3 },
  { title: "Stage", value: (table) => table.stage },
  { title: "Step", value: (table) => (isFinished(table) ? "finished" : table.ready ? "ready" : table.step) },
  { title: "Done", align: "right", value: (table) => formatPercent(table.fraction) },
  {
    title: "Rows",
    align: "right",
    // At cleanup the record of the batches is gone with the old table.
    value: (table) =>
      isFinished(table) ? "-" : `${formatCompact(table.rowsDone)}/~${formatCompact(table.rowsEstimated)}`,
  },
  { title: "Rate", align: "right", value: (table) => formatRate(table.rowsPerSecond), dropAt: 2 },
  {
    title: "ETA",
    align: "right",
    value: (table) => (table.ready || isFinished(table) ? "-" : formatDuration(table.etaSeconds)),
  },
  { title: "Log", align: "right", value: (table) => `${formatCompact(table.logEntries)}${arrows[table.logTrend]}` },
  { title: "Partitions", align: "right", value: (table) => formatCount(table.partitions), dropAt: 1 },
  { title: "Runner", value: runner },
  { title: "Last batch", value: (table) => (table.lastBatchAt ? formatInstant(table.lastBatchAt) : "-"), dropAt: 4 },
];

function describe(tables: readonly Progress[], terminal: Terminal): string[] {
  if (tables.length === 0) return ["No table of this database is set up for partitioning."];
  const [header = "", ...rows] = renderTable(columns, tables, terminal.columns());
  const attention = tables.flatMap((table) => remarks(table, terminal));
  return [paint(terminal, "bold", header), ...rows, ...(attention.length > 0 ? ["", ...attention] : [])];
}

const unvalidated = "what the swap left to be done afterwards (validating foreign keys) waits, and nobody does it.";

/** What the table cannot say in a cell. */
function remarks(table: Progress, terminal: Terminal): string[] {
  const found: string[] = [];
  const name = paint(terminal, "bold", table.model);
  if (table.lastError !== null) {
    const at = table.lastErrorAt === null ? "" : ` at ${formatInstant(table.lastErrorAt)}`;
    found.push(`${name}: ${paint(terminal, "red", "failed")}${at}: ${table.lastError}`);
  }
  const advice = table.advice ?? (isForsaken(table) ? logAdvice({ ...table, trend: "unattended" }) : null);
  if (advice !== null) found.push(`${name}: ${advice}`);
  if (table.defaultRows > 0n) {
    found.push(`${name}: ${formatCount(table.defaultRows)} rows are in the default partition.`);
  }
  if (table.stage === "setup" && table.ready) {
    found.push(`${name}: ready. Next: npx prisma-partition verify ${table.model}, then \`stage: cutover\`.`);
  } else if (table.stage === "setup" && table.step !== "validate" && table.runner === "none") {
    found.push(`${name}: nothing is copying rows. Next: npx prisma-partition backfill ${table.model}`);
  } else if (table.step === "validate" && table.runner === "none") {
    found.push(`${name}: ${unvalidated} Next: npx prisma-partition backfill ${table.model}`);
  }
  if (table.stage === "cutover" && table.swappedAt !== null) {
    const lock = table.swapLockMs === null ? "" : ` (writers waited ${Math.round(table.swapLockMs)} ms)`;
    found.push(`${name}: cut over at ${formatInstant(table.swappedAt)}${lock}.`);
  }
  return found;
}

/** Changes wait, and who replayed some a moment ago is gone: the trend of the last minutes does not know yet. */
function isForsaken({ step, logEntries, runner }: Progress): boolean {
  return step === "drain" && logEntries > 0n && runner === "none";
}

/** Nobody is missed where nothing is left to do. */
function runner(table: Progress): string {
  const idle = table.step === "drain" && table.logEntries === 0n;
  return table.runner === "none" && idle ? "-" : table.runner;
}
