import type { Outcome } from "../goals.ts";
import { METRICS } from "../measure/metrics.ts";
import type { Labels, Measurement } from "../measure/recorder.ts";
import type { Result } from "../results.ts";
import { formatMetric, formatNumber } from "./format.ts";
import { groupBy } from "./group-by.ts";
import { SECTIONS, type TableShape } from "./sections.ts";

export function goalTable(goals: readonly Outcome[]): string {
  const rows = goals.map(({ name, unit, value, goal, met }) => [
    name,
    value === null ? "not measured" : `${formatNumber(value)} ${unit}`.trim(),
    `${goal} ${unit}`.trim(),
    met ? "met" : "**not met**",
  ]);
  return table(["goal", "measured", "wanted", ""], rows);
}

export function tablesOf(result: Result): string[] {
  const shapes = SECTIONS.find(({ scenario }) => scenario === result.scenario)?.tables ?? [];
  return shapes.flatMap((shape) => pivot(result, shape));
}

/** Columns that no row has a figure for are left out, as is a table without a row. */
function pivot(result: Result, { labels, metrics }: TableShape): string[] {
  const found = withLabels(result, labels).filter(({ metric }) => metrics.includes(metric));
  if (found.length === 0) return [];
  const shown = metrics.filter((metric) => found.some((measurement) => measurement.metric === metric));
  const rows = groupBy(found, (measurement) => JSON.stringify(labels.map((label) => measurement.labels[label])));
  return [
    table(
      [...labels, ...shown.map((metric) => METRICS[metric].title)],
      [...rows.values()].map((measurements) => [
        ...labels.map((label) => formatLabel(measurements[0]?.labels[label])),
        ...shown.map((metric) => figure(measurements.find((measurement) => measurement.metric === metric))),
      ]),
    ),
  ];
}

/** The measurements that are told apart by these labels and no others. */
export function withLabels(result: Result, labels: readonly string[], where: Labels = {}): Measurement[] {
  return result.measurements.filter(
    (measurement) =>
      Object.keys(measurement.labels).length === labels.length &&
      labels.every((label) => label in measurement.labels) &&
      Object.entries(where).every(([label, value]) => measurement.labels[label] === value),
  );
}

export function formatLabel(value: string | number | undefined): string {
  return typeof value === "number" ? value.toLocaleString("en") : (value ?? "");
}

function figure(measurement: Measurement | undefined): string {
  if (!measurement) return "–";
  const { metric, median, min, max, values } = measurement;
  const middle = formatMetric(metric, median);
  return values.length === 1 ? middle : `${middle} (${formatMetric(metric, min)} – ${formatMetric(metric, max)})`;
}

export function machineLines({ machine, seconds }: Result): string {
  const { cores, processor, memoryBytes, postgres, node, system, settings, date } = machine;
  const memory = `${Math.round(memoryBytes / 2 ** 30)} GiB`;
  const set = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  return `<details><summary>The machine</summary>

${cores} cores (${processor}), ${memory}, ${system}, PostgreSQL ${postgres}, Node ${node}, ${date.slice(0, 16)} UTC, ${Math.round(seconds)} s in all.
${set.join(", ")}

</details>`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}
