import type { Result } from "../results.ts";
import { barChart } from "./bar-chart.ts";
import { formatMetric, formatNumber } from "./format.ts";
import { groupBy } from "./group-by.ts";
import { lineChart } from "./line-chart.ts";
import { formatLabel, withLabels } from "./markdown.ts";
import { type BarShape, type LineShape, SECTIONS } from "./sections.ts";

export interface Chart {
  /** Of the file, without `.svg`. */
  readonly name: string;
  readonly title: string;
  readonly svg: string;
}

/** The charts of one scenario; those without a figure are left out. */
export function chartsOf(result: Result): Chart[] {
  const section = SECTIONS.find(({ scenario }) => scenario === result.scenario);
  if (!section) return [];
  return [
    ...section.bars.flatMap((shape) => bars(result, shape)),
    ...(section.lines ?? []).flatMap((shape) => lines(result, shape)),
    ...(section.courses ? courses(result, section.courses) : []),
  ];
}

function bars(result: Result, { name, title, metric, labels, where = {} }: BarShape): Chart[] {
  const shown = labels.filter((label) => !(label in where));
  const found = withLabels(result, labels, where).filter((measurement) => measurement.metric === metric);
  if (found.length === 0) return [];
  const drawn = found.map((measurement) => ({
    label: shown
      .map((label) => named(label, measurement.labels[label]))
      .filter((part) => part !== "")
      .join(", "),
    emphasis: Object.values(measurement.labels).includes("prisma-partition"),
    value: measurement.median,
    min: measurement.min,
    max: measurement.max,
    text: formatMetric(metric, measurement.median),
  }));
  return [{ name, title, svg: barChart(title, drawn) }];
}

/** A number alone says nothing: `28 partitions`. Words speak for themselves, and no load needs no words. */
function named(label: string, value: string | number | undefined): string {
  if (typeof value !== "number") return value ?? "";
  if (label === "load") return value === 0 ? "" : `${formatLabel(value)} writes/s`;
  return `${formatLabel(value)} ${value === 1 ? label.replace(/s$/, "") : label}`;
}

function lines(result: Result, { name, title, metric, x, line }: LineShape): Chart[] {
  const found = withLabels(result, [x, line]).filter((measurement) => measurement.metric === metric);
  // One point is no line; the table has it.
  const drawn = [...groupBy(found, ({ labels }) => labels[line] ?? "")]
    .filter(([, measurements]) => measurements.length > 1)
    .map(([label, measurements]) => ({
      label: formatLabel(label),
      points: measurements
        .map(({ labels, median }): [number, number] => [Number(labels[x]), median])
        .sort(([a], [b]) => a - b),
    }));
  if (drawn.length === 0) return [];
  const formatY = (value: number) => formatMetric(metric, value);
  return [{ name, title, svg: lineChart(title, drawn, { logarithmic: true, formatX: formatNumber, formatY }) }];
}

/** The last round of each. */
function courses(result: Result, title: string): Chart[] {
  const last = new Map(result.courses.map((course) => [JSON.stringify(course.labels), course]));
  const drawn = [...last.values()].map(({ labels, points }) => ({ label: formatLabel(labels.partitions), points }));
  if (drawn.length === 0) return [];
  const axes = { logarithmic: false, formatX: (value: number) => `${formatNumber(value)} s`, formatY: formatNumber };
  return [{ name: `${result.scenario}-backlog`, title, svg: lineChart(title, drawn, axes) }];
}
