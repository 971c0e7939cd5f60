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
    const [header = "", ...rows] = renderTable(
      columnsOf(partitions, terminal.columns()),
      partitions,
      terminal.columns(),
    );
    terminal.out(`${[paint(terminal, "bold", header), ...rows].join("\n")}\n`);
  }
  return exitCodes.ok.code;
}

/**
 * Partitions of one schema are named without it, and it is the title. The last column is a bar as long as the partition is
 * large, compared with the largest; a narrow terminal has none.
 */
function columnsOf(partitions: readonly Partition[], width: number): TableColumn<Partition>[] {
  const schemas = new Set(partitions.map(({ name }) => schemaOf(name)));
  const [schema] = schemas.size === 1 ? schemas : [];
  const largest = Math.max(1, ...partitions.map(({ totalBytes }) => Number(totalBytes)));
  const barWidth = width < 75 ? 0 : width < 100 ? 8 : 20;
  return [
    {
      title: schema ? `In ${schema}` : "Partition",
      cutAt: "start",
      value: ({ name }) => (schema ? name.slice(schema.length + 1) : name),
      shrinkTo: 20,
    },
    ...columns,
    { title: "", value: ({ totalBytes }) => drawShare(Number(totalBytes) / largest, barWidth) },
  ];
}

/** Of a qualified name, `"quoted.schema"` too. */
function schemaOf(name: string): string {
  return /^(?:"(?:[^"]|"")*"|[^".]*)(?=\.)/.exec(name)?.[0] ?? "";
}

const columns: TableColumn<Partition>[] = [
  { title: "From", value: (partition) => (partition.isDefault ? "default" : formatBound(partition.lower)) },
  { title: "To", value: (partition) => formatBound(partition.upper) },
  { title: "Rows", align: "right", value: (partition) => `~${formatCount(partition.rowsEstimated)}` },
  { title: "Size", align: "right", value: (partition) => formatBytes(partition.totalBytes) },
];
