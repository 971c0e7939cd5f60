import type { Command } from "commander";
import type { Executor } from "../executor.ts";
import { type Progress, readAllProgress } from "../progress.ts";
import { addDatabaseOptions, type CommandContext, type CommonOptions } from "./command.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { formatCompact, formatCount, formatDuration, formatInstant, formatPercent, formatRate } from "./format.ts";
import { toJson } from "./json.ts";
import { renderTable, type TableColumn } from "./table.ts";
import { paint, type Terminal } from "./terminal.ts";
import { withDatabase } from "./with-database.ts";

interface Options extends CommonOptions {
  readonly exitCode?: boolean;
}

export function addStatusCommand(program: Command, context: CommandContext): void {
  addDatabaseOptions(program.command("status"))
    .description("Show where every partitioned table stands.")
    .option("--json", "one JSON array of tables")
    .option("--exit-code", "exit with 1 while a table is not ready")
    .action((options: Options) =>
      context.run(options, () => withDatabase(options, 1, (executor) => status(executor, options, context.terminal))),
    );
}

/** Prints one row per table, and below it what needs attention. */
export async function status(executor: Executor, options: Options, terminal: Terminal): Promise<ExitCode> {
  const tables = await readAllProgress(executor);
  terminal.out(options.json ? `${toJson(tables, 2)}\n` : `${describe(tables, terminal).join("\n")}\n`);
  const waiting = tables.some((table) => table.stage === "setup" && !table.ready);
  return options.exitCode && waiting ? exitCodes.negative.code : exitCodes.ok.code;
}

const columns: TableColumn<Progress>[] = [
  { title: "Model", value: (table) => table.model, shrinkTo: 12 },
  { title: "Table", value: (table) => `${table.schema}.${table.table}`, shrinkTo: 16, dropAt: 3 },
  { title: "Stage", value: (table) => table.stage },
  { title: "Step", value: (table) => (table.ready ? "ready" : table.step) },
  { title: "Done", align: "right", value: (table) => formatPercent(table.fraction) },
  {
    title: "Rows",
    align: "right",
    value: (table) => `${formatCompact(table.rowsDone)}/~${formatCompact(table.rowsEstimated)}`,
  },
  { title: "Rate", align: "right", value: (table) => formatRate(table.rowsPerSecond), dropAt: 2 },
  { title: "ETA", align: "right", value: (table) => (table.ready ? "-" : formatDuration(table.etaSeconds)) },
  { title: "Log", align: "right", value: (table) => formatCompact(table.logEntries) },
  { title: "Partitions", align: "right", value: (table) => formatCount(table.partitions), dropAt: 1 },
  { title: "Runner", value: (table) => (isAttended(table) ? "working" : table.ready ? "-" : "none") },
  { title: "Last batch", value: (table) => (table.lastBatchAt ? formatInstant(table.lastBatchAt) : "-"), dropAt: 4 },
];

function describe(tables: readonly Progress[], terminal: Terminal): string[] {
  if (tables.length === 0) return ["No table of this database is set up for partitioning."];
  const [header = "", ...rows] = renderTable(columns, tables, terminal.columns());
  const attention = tables.flatMap((table) => remarks(table, terminal));
  return [paint(terminal, "bold", header), ...rows, ...(attention.length > 0 ? ["", ...attention] : [])];
}

/** What the table cannot say in a cell. */
function remarks(table: Progress, terminal: Terminal): string[] {
  const found: string[] = [];
  const name = paint(terminal, "bold", table.model);
  if (table.lastError !== null) {
    const at = table.lastErrorAt === null ? "" : ` at ${formatInstant(table.lastErrorAt)}`;
    found.push(`${name}: ${paint(terminal, "red", "failed")}${at}: ${table.lastError}`);
  }
  if (table.defaultRows > 0n) {
    found.push(`${name}: ${formatCount(table.defaultRows)} rows are in the default partition.`);
  }
  if (table.stage === "setup" && table.ready) {
    found.push(`${name}: ready. Next: npx prisma-partition verify ${table.model}, then \`stage: cutover\`.`);
  } else if (table.stage === "setup" && !isAttended(table)) {
    found.push(`${name}: nothing is copying rows. Next: npx prisma-partition backfill ${table.model}`);
  } else if (table.stage === "cutover" && table.swappedAt !== null) {
    const lock = table.swapLockMs === null ? "" : ` (writers waited ${Math.round(table.swapLockMs)} ms)`;
    found.push(`${name}: cut over at ${formatInstant(table.swappedAt)}${lock}.`);
  }
  return found;
}

/** Between two batches nobody holds the work: only a minute and a half without any means that nobody comes. */
function isAttended(table: Progress): boolean {
  if (table.runnerAlive || table.ready) return table.runnerAlive;
  return table.lastBatchAt !== null && Date.now() - table.lastBatchAt.getTime() < 90_000;
}
