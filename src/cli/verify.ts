import type { Command } from "commander";
import type { Executor } from "../executor.ts";
import { findTable } from "../find-table.ts";
import type { VerifiedPartition, VerifyProgress } from "../verification/compare.ts";
import type { Difference } from "../verification/differences.ts";
import { type VerifyReport, verifyTable } from "../verification/verify.ts";
import { drawBar } from "./bar.ts";
import { addDatabaseOptions, type CommandContext, type CommonOptions } from "./command.ts";
import { describeProperties } from "./describe-properties.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { formatBound, formatCompact, formatCount, formatPercent } from "./format.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { toJson } from "./json.ts";
import { makeLiveLine } from "./live-line.ts";
import { parseLimit, parseWorkers } from "./parse.ts";
import { cut, renderTable, type TableColumn } from "./table.ts";
import { paint, type Terminal } from "./terminal.ts";
import { withDatabase } from "./with-database.ts";

interface Options extends CommonOptions {
  readonly workers: number;
  readonly limit: number;
  readonly repair?: boolean;
}

export function addVerifyCommand(program: Command, context: CommandContext): void {
  addDatabaseOptions(program.command("verify"))
    .description("Compare a table with its partitioned copy: its rows, partition by partition, and its properties.")
    .argument("<model>", "the Prisma model, or schema.table")
    .option("-w, --workers <n>", "connections that read at the same time", parseWorkers, 2)
    .option("--limit <n>", "differing rows to name", parseLimit, 100)
    .option("--repair", "copy rows that differ anew from the live table, and verify again")
    .option("--json", "one JSON object")
    .addHelpText(
      "after",
      `
Exact under live writes: both tables are read in one snapshot, and rows whose change waits on the log are left out.

Examples:
  $ prisma-partition verify EventTransaction --workers 4
  $ prisma-partition verify EventTransaction --repair`,
    )
    .action((model: string, options: Options) =>
      context.run(options, () =>
        withDatabase(options, options.workers, (executor) => verify(executor, model, options, context.terminal)),
      ),
    );
}

/** Prints the comparison. 0 if both tables hold the same rows and have the same properties, 1 if not. */
export async function verify(
  executor: Executor,
  model: string,
  options: Options,
  terminal: Terminal,
): Promise<ExitCode> {
  const table = await findTable(executor, model);
  const line = options.json ? null : makeLiveLine(terminal);
  const interrupt = listenForInterrupt(() => line?.show((width) => cut("Stopping …", width)));
  let report: VerifyReport;
  try {
    report = await verifyTable(executor, table, {
      workers: options.workers,
      limit: options.limit,
      signal: interrupt.signal,
      onProgress: (progress) => line?.show((width) => progressLine(table.model, progress, width)),
      ...(options.repair ? { repair: true } : {}),
    });
  } catch (error) {
    if (error !== interrupt.signal.reason) throw error;
    line?.clear();
    terminal.err(`Stopped. To begin again: npx prisma-partition verify ${model}\n`);
    return exitCodes.interrupted.code;
  } finally {
    line?.clear();
    interrupt.dispose();
  }
  terminal.out(options.json ? `${toJson(report, 2)}\n` : `${describe(report, terminal).join("\n")}\n`);
  return report.ok ? exitCodes.ok.code : exitCodes.negative.code;
}

/** `Reading both tables of Event  42 %  █████░░░░░░░  1.21M rows` */
function progressLine(model: string, { fraction, rows }: VerifyProgress, width: number): string {
  const head = `Reading both tables of ${model}  ${formatPercent(fraction)}  `;
  const tail = `  ${formatCompact(rows)} rows`;
  const room = Math.min(40, width - head.length - tail.length);
  return cut(`${head}${room < 8 ? "" : drawBar(fraction, room)}${tail}`, width);
}

const columns: TableColumn<VerifiedPartition>[] = [
  { title: "Partition", cutAt: "start", value: (partition) => partition.name, shrinkTo: 20 },
  { title: "From", value: (partition) => formatBound(partition.lower), dropAt: 1 },
  { title: "To", value: (partition) => formatBound(partition.upper), dropAt: 1 },
  { title: "Source rows", align: "right", value: (partition) => formatCount(partition.sourceRows) },
  { title: "Target rows", align: "right", value: (partition) => formatCount(partition.targetRows) },
  { title: "Pending", align: "right", value: (partition) => formatCount(partition.pending) },
  { title: "Result", value: (partition) => (partition.matches ? "same" : "DIFFERS") },
];

function describe(report: VerifyReport, terminal: Terminal): string[] {
  const [header = "", ...rows] = renderTable(columns, report.partitions, terminal.columns());
  return [
    paint(terminal, "bold", header),
    ...rows.map((row, index) => (report.partitions[index]?.matches ? row : paint(terminal, "red", row))),
    "",
    ...describeDifferences(report),
    ...describeProperties(report.properties, terminal),
    verdict(report, terminal),
  ];
}

function verdict(report: VerifyReport, terminal: Terminal): string {
  const repaired = report.repaired === 0n ? "" : ` ${formatCount(report.repaired)} rows were copied anew.`;
  const pending =
    report.pending === 0n
      ? ""
      : ` ${formatCount(report.pending)} rows changed meanwhile and are left out until the log is drained.`;
  if (report.ok) {
    return `${paint(terminal, "green", "Equal:")} ${formatCount(report.sourceRows)} rows of ${report.model} are the same in both tables, bit for bit, in one snapshot.${repaired}${pending}`;
  }
  const repair =
    report.repaired === 0n
      ? ` To copy these rows anew: npx prisma-partition verify ${report.model} --repair.`
      : repaired;
  const count = report.partitions.filter((partition) => !partition.matches).length;
  const what =
    count === 0
      ? `the rows of ${report.model} are the same in both tables, its properties are not.`
      : `${count} of ${report.partitions.length} partitions of ${report.model} differ.${repair}`;
  return `${paint(terminal, "red", "Different:")} ${what}${pending}`;
}

function describeDifferences(report: VerifyReport): string[] {
  if (report.differences.length === 0) return [];
  const more = report.truncated ? ["… and more: raise --limit to see them."] : [];
  return [...report.differences.map(describeDifference), ...more, ""];
}

/** `changed  billing.t_p2026_11  id=42 timestamp=2026-11-02 …: amount, status` */
function describeDifference({ partition, identity, difference, columns }: Difference): string {
  const values = Object.entries(identity).map(([column, value]) => `${column}=${value ?? "null"}`);
  const what = columns.length === 0 ? "" : `: ${columns.join(", ")}`;
  return `${difference.padEnd(7)}  ${partition}  ${values.join(" ")}${what}`;
}
