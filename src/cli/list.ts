import type { Command } from "commander";
import type { Executor } from "../executor.ts";
import { findTable } from "../find-table.ts";
import { listPartitions, type Partition } from "../list.ts";
import { drawShare } from "./bar.ts";
import { addDatabaseOptions, type CommandContext, type CommonOptions } from "./command.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { formatBound, formatBytes, formatCount } from "./format.ts";
import { toJson } from "./json.ts";
import { renderTable, type TableColumn } from "./table.ts";
import { paint, type Terminal } from "./terminal.ts";
import { withDatabase } from "./with-database.ts";

export function addListCommand(program: Command, context: CommandContext): void {
  addDatabaseOptions(program.command("list"))
    .description("List a table's partitions with their bounds (from inclusive, to exclusive, UTC), rows and sizes.")
    .argument("<model>", "the Prisma model, or schema.table")
    .option("--json", "one JSON object")
    .addHelpText("after", "\nExample:\n  $ prisma-partition list EventTransaction")
    .action((model: string, options: CommonOptions) =>
      context.run(options, () =>
        withDatabase(options, 1, (executor) => list(executor, model, options, context.terminal)),
      ),
    );
}

/** Prints one row per partition. */
export async function list(
  executor: Executor,
  model: string,
  options: CommonOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const table = await findTable(executor, model);
  const partitions = await listPartitions(executor, table);
  if (options.json) {
    terminal.out(`${toJson({ model: table.model, schema: table.schema, table: table.table, partitions }, 2)}\n`);
  } else {
    const [header = "", ...rows] = renderTable(columnsOf(partitions), partitions, terminal.columns());
    terminal.out(`${[paint(terminal, "bold", header), ...rows].join("\n")}\n`);
  }
  return exitCodes.ok.code;
}

/** The last column is a bar as long as the partition is large, compared with the largest. */
function columnsOf(partitions: readonly Partition[]): TableColumn<Partition>[] {
  const largest = Math.max(1, ...partitions.map(({ totalBytes }) => Number(totalBytes)));
  const bar = ({ totalBytes }: Partition) => drawShare(Number(totalBytes) / largest, barWidth);
  return [...columns, { title: "", value: bar, dropAt: 1 }];
}

const barWidth = 20;

const columns: TableColumn<Partition>[] = [
  { title: "Partition", cutAt: "start", value: (partition) => partition.name, shrinkTo: 20 },
  { title: "From", value: (partition) => (partition.isDefault ? "default" : formatBound(partition.lower)) },
  { title: "To", value: (partition) => formatBound(partition.upper) },
  { title: "Rows", align: "right", value: (partition) => `~${formatCount(partition.rowsEstimated)}` },
  { title: "Size", align: "right", value: (partition) => formatBytes(partition.totalBytes) },
];
