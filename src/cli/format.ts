const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const compacted = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 3 });

/** 1234567 → `1,234,567` */
export function formatCount(count: bigint | number): string {
  return grouped.format(count);
}

/** 8412345 → `8.41M` */
export function formatCompact(count: bigint | number): string {
  return compacted.format(count);
}

/** Rounded down, so that 100 % means all of it. Null → `-`. */
export function formatPercent(fraction: number | null): string {
  return fraction === null ? "-" : `${Math.floor(fraction * 100)} %`;
}

/** Rows per second: 61234 → `61.2K/s`, 0.3 → `<1/s`. Null → `-`. */
export function formatRate(rowsPerSecond: number | null): string {
  if (rowsPerSecond === null) return "-";
  if (rowsPerSecond > 0 && rowsPerSecond < 1) return "<1/s";
  // Of a row there are no tenths.
  return `${formatCompact(rowsPerSecond < 100 ? Math.round(rowsPerSecond) : rowsPerSecond)}/s`;
}

/** Seconds → `45s`, `3m 12s`, `1h 04m`, `2d 3h`. Null → `-`. */
export function formatDuration(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return "-";
  const whole = Math.max(0, Math.round(seconds));
  const pad = (value: number) => String(value).padStart(2, "0");
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${pad(whole % 60)}s`;
  if (whole < 86400) return `${Math.floor(whole / 3600)}h ${pad(Math.floor((whole % 3600) / 60))}m`;
  return `${Math.floor(whole / 86400)}d ${Math.floor((whole % 86400) / 3600)}h`;
}

/** 1536 → `1.5 kB` (of 1024 bytes, as pg_size_pretty counts). */
export function formatBytes(bytes: bigint): string {
  let value = Number(bytes);
  let unit = 0;
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** `2026-11-01 00:00:00Z`; a midnight is shown as its day, a number as it is. Null → `-`. */
export function formatBound(bound: Date | bigint | null): string {
  if (bound === null) return "-";
  if (typeof bound === "bigint") return String(bound);
  return formatInstant(bound).replace(/ 00:00:00Z$/, "");
}

/** UTC, to the second: `2026-11-01 12:30:00Z`. */
export function formatInstant(instant: Date): string {
  return instant
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, "Z");
}
