const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** `1 row is`, `1,200 rows are` */
export function rowsOf(count: bigint, one: string, many: string): string {
  return `${grouped.format(count)} ${count === 1n ? `row ${one}` : `rows ${many}`}`;
}

/** `partition`, `partitions` */
export function plural(count: number, word: string): string {
  return `${grouped.format(count)} ${word}${count === 1 ? "" : "s"}`;
}

/** The first few of a list, and how many more there are. */
export function few(items: readonly string[], limit = 3): string {
  const more = items.length - limit;
  return more > 0 ? `${items.slice(0, limit).join(", ")} and ${more} more` : items.join(", ");
}

/** UTC, to the minute: `2026-11-01 12:30Z`. */
export function instant(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace("T", " ")}Z`;
}

/** How long ago: `3 days`, `5 hours`, `12 minutes`. */
export function since(from: Date, to: Date): string {
  const minutes = Math.max(0, Math.floor((to.getTime() - from.getTime()) / 60_000));
  if (minutes >= 2 * 24 * 60) return plural(Math.floor(minutes / (24 * 60)), "day");
  if (minutes >= 2 * 60) return plural(Math.floor(minutes / 60), "hour");
  return plural(minutes, "minute");
}
