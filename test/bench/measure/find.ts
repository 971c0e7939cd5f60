import type { Result } from "../results.ts";
import type { Metric } from "./metrics.ts";
import type { Labels, Measurement } from "./recorder.ts";
import { spread } from "./spread.ts";

/** The measurement of a metric under exactly these labels. */
export function find(result: Result | undefined, metric: Metric, labels: Labels): Measurement | undefined {
  const names = Object.keys(labels);
  return result?.measurements.find(
    (candidate) =>
      candidate.metric === metric &&
      Object.keys(candidate.labels).length === names.length &&
      names.every((name) => candidate.labels[name] === labels[name]),
  );
}

/** The median over the rounds of one value by the other: each pair was measured side by side. */
export function ratio(over: Measurement | undefined, under: Measurement | undefined): number | undefined {
  if (!over || !under) return undefined;
  const pairs = over.values.flatMap((value, round) => {
    const other = under.values[round];
    return other === undefined ? [] : [value / other];
  });
  return pairs.length === 0 ? undefined : spread(pairs).median;
}
