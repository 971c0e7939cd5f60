/** Months over which the rows are spread evenly, up to now. */
export const MONTHS = 24;

/**
 * How those months are cut into that many partitions. `premake` then makes up what is missing to the exact number, so
 * the number of partitions that hold rows is that of the interval.
 */
export const partitionings = {
  28: "1 month",
  100: "8 days",
  400: "2 days",
  1000: "18 hours",
} as const;

const HOUR = 3_600_000;
const origin = Date.UTC(2001, 0, 1);

/** The interval, and how many partitions to make ahead of `to`, so that there are `partitions` from `from` on. */
export function partitioning(partitions: number, from: Date, to: Date): { interval: string; premake: number } {
  const interval = partitionings[partitions as keyof typeof partitionings];
  if (interval === undefined) throw new Error(`${partitions} partitions: one of ${Object.keys(partitionings)}`);
  const bucket = (at: Date) => {
    if (interval === "1 month") return at.getUTCFullYear() * 12 + at.getUTCMonth();
    const [count, unit] = interval.split(" ");
    return Math.floor((at.getTime() - origin) / (Number(count) * (unit === "days" ? 24 : 1) * HOUR));
  };
  const used = bucket(to) - bucket(from) + 1;
  return { interval, premake: Math.max(1, partitions - used) };
}
