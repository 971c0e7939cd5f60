import type { Metric } from "../measure/metrics.ts";
import type { Labels } from "../measure/recorder.ts";

/** A table of the page: one row per distinct labels, one column per metric. */
export interface TableShape {
  readonly metrics: readonly Metric[];
  /** Only measurements that have exactly these labels. */
  readonly labels: readonly string[];
}

/** Bars of one metric, one per distinct labels. */
export interface BarShape {
  readonly name: string;
  readonly title: string;
  readonly metric: Metric;
  readonly labels: readonly string[];
  /** Only those with these values. */
  readonly where?: Labels;
}

/** Lines on logarithmic axes: the metric over the label `x`, one line for each value of the label `line`. */
export interface LineShape {
  readonly name: string;
  readonly title: string;
  readonly metric: Metric;
  readonly x: string;
  readonly line: string;
}

export interface Section {
  readonly scenario: string;
  readonly title: string;
  readonly tables: readonly TableShape[];
  readonly bars: readonly BarShape[];
  readonly lines?: readonly LineShape[];
  /** Title of the chart of the courses over time, if there are any. */
  readonly courses?: string;
}

const LATENCIES = ["statementsPerSecond", "p50Ms", "p99Ms", "maxMs"] as const;
const backfillLabels = ["what", "sessions", "load"];

export const SECTIONS: readonly Section[] = [
  {
    scenario: "backfill",
    title: "Backfill",
    tables: [
      {
        labels: backfillLabels,
        metrics: ["seconds", "rowsPerSecond", "walBytes", "extraDiskBytes", "writesPerSecond", "differingRows"],
      },
    ],
    bars: [
      { name: "backfill", title: "Backfill, rows per second", metric: "rowsPerSecond", labels: backfillLabels },
      {
        name: "backfill-wal",
        title: "WAL written by the backfill",
        metric: "walBytes",
        labels: backfillLabels,
        where: { load: 0 },
      },
    ],
  },
  {
    scenario: "throttle",
    title: "Throttled backfill",
    tables: [
      {
        labels: ["what"],
        metrics: [
          "askedRowsPerSecond",
          "askedLatencyMs",
          "rowsPerSecond",
          "seconds",
          "writesPerSecond",
          "p50Ms",
          "p99Ms",
          "maxMs",
        ],
      },
      { labels: ["replica"], metrics: ["askedLagSeconds", "lagSeconds", "rowsPerSecond", "seconds"] },
    ],
    bars: [
      { name: "throttle", title: "Writers beside it, 99th percentile", metric: "p99Ms", labels: ["what"] },
      { name: "throttle-lag", title: "Standby, furthest behind", metric: "lagSeconds", labels: ["replica"] },
    ],
  },
  {
    scenario: "writers",
    title: "Writers",
    tables: [{ labels: ["statement", "what"], metrics: LATENCIES }],
    bars: [
      ["insert", "Single-row inserts"],
      ["update", "Single-row updates"],
      ["bulkInsert", "Inserts of 1,000 rows"],
      ["bulkUpdate", "Updates of 1,000 rows"],
      ["bulkHotUpdate", "Updates of 1,000 rows that touch no index"],
    ].map(([statement = "", title]) => ({
      name: `writers-${statement}`,
      title: `${title}, statements per second`,
      metric: "statementsPerSecond",
      labels: ["statement", "what"],
      where: { statement },
    })),
  },
  {
    scenario: "drain",
    title: "Drain",
    tables: [
      { labels: ["changes", "partitions"], metrics: ["entries", "seconds", "entriesPerSecond"] },
      { labels: ["changes", "partitions", "drain"], metrics: ["writesPerSecond", "backlogSlope"] },
    ],
    bars: [
      {
        name: "drain",
        title: "Log entries replayed per second",
        metric: "entriesPerSecond",
        labels: ["changes", "partitions"],
      },
    ],
    courses: "Backlog beside a saturating writer, by partitions",
  },
  {
    scenario: "verify",
    title: "Verification",
    tables: [{ labels: ["what", "sessions", "partitions"], metrics: ["seconds"] }],
    bars: [
      {
        name: "verify",
        title: "Time to count and to verify",
        metric: "seconds",
        labels: ["what", "sessions", "partitions"],
      },
    ],
  },
  {
    scenario: "cutover",
    title: "Cutover",
    tables: [
      {
        labels: ["partitions", "readers"],
        metrics: ["lockMs", "longestStallMs", "deployMs", "writesPerSecond", "failedWrites"],
      },
    ],
    bars: [
      { name: "cutover-lock", title: "Lock of the cutover", metric: "lockMs", labels: ["partitions", "readers"] },
      {
        name: "cutover-stall",
        title: "Longest writer stall",
        metric: "longestStallMs",
        labels: ["partitions", "readers"],
      },
    ],
  },
  {
    scenario: "scale",
    title: "Scale",
    tables: [
      {
        labels: ["rows", "partitions"],
        metrics: ["seconds", "rowsPerSecond", "serverPrivateBytes", "serverPssBytes", "clientBytes"],
      },
      { labels: ["partitions"], metrics: ["exponent"] },
    ],
    bars: [],
    lines: [
      {
        name: "scale",
        title: "Time of the backfill by rows, a line per number of partitions",
        metric: "seconds",
        x: "rows",
        line: "partitions",
      },
    ],
  },
  {
    scenario: "queries",
    title: "Queries afterwards",
    tables: [{ labels: ["query", "partitions"], metrics: LATENCIES }],
    bars: [
      { name: "queries", title: "Queries per second", metric: "statementsPerSecond", labels: ["query", "partitions"] },
    ],
  },
  {
    scenario: "generate",
    title: "prisma generate",
    tables: [{ labels: ["run", "models"], metrics: ["seconds", "processTreeBytes", "generatorBytes"] }],
    bars: [{ name: "generate", title: "Time of prisma generate", metric: "seconds", labels: ["models", "run"] }],
  },
];
