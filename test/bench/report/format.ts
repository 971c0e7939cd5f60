import { METRICS, type Metric } from "../measure/metrics.ts";

const BYTES = ["B", "KiB", "MiB", "GiB", "TiB"];

/** A figure with its unit, to three digits: `1.23 s`, `45,600 rows/s`, `512 MiB`. */
export function formatMetric(metric: Metric, value: number): string {
  const { unit } = METRICS[metric];
  if (unit === "bytes") {
    const power = value <= 0 ? 0 : Math.min(BYTES.length - 1, Math.floor(Math.log2(Math.abs(value)) / 10));
    return `${formatNumber(value / 2 ** (10 * power))} ${BYTES[power]}`;
  }
  return `${formatNumber(value)} ${unit}`.trim();
}

/** Three digits that count, thousands apart. */
export function formatNumber(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  const rounded = digits === 0 ? Number(value.toPrecision(3)) : value;
  return rounded.toLocaleString("en", { maximumFractionDigits: Math.min(digits, 4) });
}
