import { METRICS, type Metric } from "./metrics.ts";
import { type Spread, spread } from "./spread.ts";

/** What was measured, told apart within its scenario: `{ what: "prisma-partition", workers: 2, load: 800 }`. */
export type Labels = Readonly<Record<string, string | number>>;

/** One metric of one thing. `values` has one per round, in order: those of a round were measured side by side. */
export interface Measurement extends Spread {
  readonly labels: Labels;
  readonly metric: Metric;
  readonly unit: string;
  readonly values: readonly number[];
}

/** What must hold whatever the speed: that rows are equal, that no write failed. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
}

/** A course over time, `[seconds, value]`. */
export interface Course {
  readonly labels: Labels;
  readonly unit: string;
  readonly points: readonly (readonly [number, number])[];
}

/** Collects the figures of one scenario. */
export class Recorder {
  readonly checks: Check[] = [];
  readonly courses: Course[] = [];
  readonly #values = new Map<string, { labels: Labels; metric: Metric; values: number[] }>();

  /** Adds one round's figures of one thing; a figure that could not be had is undefined. */
  add(labels: Labels, figures: Readonly<Partial<Record<Metric, number | undefined>>>): void {
    for (const [name, value] of Object.entries(figures)) {
      if (value === undefined) continue;
      const metric = name as Metric;
      const key = JSON.stringify([labels, metric]);
      const found = this.#values.get(key) ?? { labels, metric, values: [] };
      found.values.push(value);
      this.#values.set(key, found);
    }
  }

  check(name: string, ok: boolean): void {
    this.checks.push({ name, ok });
  }

  get measurements(): Measurement[] {
    return [...this.#values.values()].map(({ labels, metric, values }) => ({
      labels,
      metric,
      unit: METRICS[metric].unit,
      values,
      ...spread(values),
    }));
  }
}
