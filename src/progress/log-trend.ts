/**
 * What a change log does.
 *
 * - `empty`       nothing waits
 * - `held`        it grows, as it must, until the rows are loaded and indexed: only then is it replayed
 * - `shrinking`   changes are replayed faster than they come
 * - `steady`      as fast as they come
 * - `growing`     changes come faster than they are replayed
 * - `unattended`  changes wait, and nobody has replayed any in the last five minutes
 */
export type LogTrend = "empty" | "held" | "shrinking" | "steady" | "growing" | "unattended";

interface Log {
  readonly step: string;
  readonly logEntries: bigint;
  readonly logAppendedPerSecond: number | null;
  readonly logReplayedPerSecond: number | null;
  /** Over the last minute; of the step `drain`, what was replayed. */
  readonly rowsPerSecond: number | null;
}

/** Less than this share of difference between the two rates is no trend. */
const tolerance = 0.05;

export function logTrend(log: Log): LogTrend {
  if (log.logEntries === 0n) return "empty";
  if (log.step !== "drain" && log.step !== "validate") return "held";
  const { logAppendedPerSecond: appended, logReplayedPerSecond: replayed } = log;
  if (appended === null || replayed === null) return log.rowsPerSecond === null ? "unattended" : "steady";
  if (replayed > appended * (1 + tolerance)) return "shrinking";
  return appended > replayed * (1 + tolerance) ? "growing" : "steady";
}

/** Seconds until the log is empty at these rates: 0 if it is; null if it will not be, or that cannot be said. */
export function logEtaSeconds(log: Log): number | null {
  const entries = Number(log.logEntries);
  if (entries === 0) return 0;
  const { logAppendedPerSecond: appended, logReplayedPerSecond: replayed } = log;
  if (appended !== null && replayed !== null) return replayed > appended ? entries / (replayed - appended) : null;
  return log.rowsPerSecond !== null && log.rowsPerSecond > 0 ? entries / log.rowsPerSecond : null;
}

/** A sentence or two for people, or null where all is well. */
export function logAdvice({ trend, model, ...log }: Log & { trend: LogTrend; model: string }): string | null {
  switch (trend) {
    case "unattended":
      return `${log.logEntries} changes wait on the log and nobody replays them. Run: npx prisma-partition backfill ${model}`;
    case "growing": {
      const [comes, goes] = [log.logAppendedPerSecond ?? 0, log.logReplayedPerSecond ?? 0].map(Math.round);
      return (
        `Changes come faster (${comes}/s) than they are replayed (${goes}/s). Run \`npx prisma-partition backfill ${model}\`, ` +
        "which replays without a pause; raise `batchSize` in the annotation; or wait for a quieter hour before the cutover."
      );
    }
    default:
      return null;
  }
}
