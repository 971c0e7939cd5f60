import type { Outcome } from "./goals.ts";
import type { Machine } from "./machine.ts";
import { formatMetric, formatNumber } from "./report/format.ts";
import type { Result } from "./results.ts";

export function printMachine({ cores, processor, memoryBytes, postgres, node, settings }: Machine): void {
  console.log(
    `${cores} cores (${processor}), ${(memoryBytes / 2 ** 30).toFixed(0)} GiB, PostgreSQL ${postgres}, Node ${node}`,
  );
  console.log(
    Object.entries(settings)
      .map(([name, value]) => `${name}=${value}`)
      .join(" "),
  );
}

export function printResult(result: Result): void {
  for (const { labels, metric, median, min, max, values } of result.measurements) {
    const what = Object.entries(labels).map(([name, value]) => `${name} ${value}`);
    const ends = values.length > 1 ? `  (${formatMetric(metric, min)} – ${formatMetric(metric, max)})` : "";
    console.log(`  ${what.join(", ").padEnd(70)} ${metric.padEnd(20)} ${formatMetric(metric, median)}${ends}`);
  }
  for (const { name, ok } of result.checks) if (!ok) console.log(`  FAILED: ${name}`);
}

export function printGoals(goals: readonly Outcome[]): void {
  for (const { name, unit, value, goal, met } of goals) {
    const measured = value === null ? "not measured" : `${formatNumber(value)} ${unit}`.trim();
    console.log(`  ${met ? "met    " : "NOT MET"}  ${name.padEnd(90)} ${measured} (${goal})`);
  }
}
