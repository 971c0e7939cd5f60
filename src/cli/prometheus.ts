import type { Finding } from "../health/finding.ts";
import type { Health } from "../health/health.ts";

interface Metric {
  readonly name: string;
  readonly help: string;
  /** Null: unknown, so there is no sample. */
  readonly value: (table: Health) => number | bigint | boolean | Date | null;
}

const metrics: readonly Metric[] = [
  { name: "healthy", help: "1 if there is neither an error nor a warning.", value: ({ ok }) => ok },
  {
    name: "partitions_ahead",
    help: "Partitions without a gap after the one that new rows go to.",
    value: ({ partitionsAhead }) => partitionsAhead,
  },
  { name: "premake", help: "Partitions that ought to be ready ahead.", value: ({ premake }) => premake },
  { name: "default_rows", help: "Rows in the default partition.", value: ({ defaultRows }) => defaultRows },
  { name: "log_entries", help: "Changes captured and not replayed yet.", value: ({ logEntries }) => logEntries },
  {
    name: "last_maintenance_timestamp_seconds",
    help: "When maintenance ran last, in seconds since 1970.",
    value: ({ maintainedAt }) => maintainedAt,
  },
  {
    name: "last_batch_timestamp_seconds",
    help: "When a unit of work ended last, in seconds since 1970.",
    value: ({ lastBatchAt }) => lastBatchAt,
  },
  {
    name: "old_table_bytes",
    help: "Size of the old table that is kept, with its indexes.",
    value: ({ oldTableBytes }) => oldTableBytes,
  },
  { name: "rows_done", help: "Rows that the backfill has loaded.", value: ({ rowsDone }) => rowsDone },
  {
    name: "rows_estimated",
    help: "Rows to load, by the planner's estimate.",
    value: ({ rowsEstimated }) => rowsEstimated,
  },
  { name: "ready", help: "1 if the backfill is complete and the cutover is to come.", value: ({ ready }) => ready },
  { name: "runner_alive", help: "1 while somebody works on the table.", value: ({ runnerAlive }) => runnerAlive },
];

/** Prometheus' text exposition format, version 0.0.4. Findings that belong to no table have empty labels. */
export function toPrometheus(tables: readonly Health[], installation: readonly Finding[]): string {
  const lines: string[] = [];
  const begin = (name: string, help: string) =>
    lines.push(`# HELP prisma_partition_${name} ${help}`, `# TYPE prisma_partition_${name} gauge`);
  begin("findings", "What was found, by code and severity.");
  const nowhere = { model: "", schema: "", table: "" };
  for (const { findings, ...place } of [...tables, { ...nowhere, findings: installation }]) {
    for (const [key, count] of countByKind(findings)) {
      const [code = "", severity = ""] = key.split(" ");
      lines.push(sample("findings", { ...labels(place), code, severity }, count));
    }
  }
  for (const { name, help, value } of metrics) {
    begin(name, help);
    for (const table of tables) {
      const number = value(table);
      if (number !== null) lines.push(sample(name, labels(table), number));
    }
  }
  return `${lines.join("\n")}\n`;
}

function countByKind(findings: readonly Finding[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { code, severity } of findings) {
    const key = `${code} ${severity}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function labels({ model, schema, table }: Pick<Health, "model" | "schema" | "table">): Record<string, string> {
  return { model, schema, table };
}

function sample(name: string, labelled: Record<string, string>, value: number | bigint | boolean | Date): string {
  const pairs = Object.entries(labelled).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  const number = value instanceof Date ? value.getTime() / 1000 : typeof value === "boolean" ? Number(value) : value;
  return `prisma_partition_${name}{${pairs.join(",")}} ${number}`;
}

function escapeLabel(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
