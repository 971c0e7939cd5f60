/** Everything that is measured: its unit, and what it is called in a table. One entry per metric, for all scenarios. */
export const METRICS = {
  seconds: { unit: "s", title: "time" },
  rowsPerSecond: { unit: "rows/s", title: "rows/s" },
  walBytes: { unit: "bytes", title: "WAL written" },
  extraDiskBytes: { unit: "bytes", title: "database at its largest, above its start" },
  differingRows: { unit: "rows", title: "rows that differ" },
  writesPerSecond: { unit: "writes/s", title: "writes/s beside it" },
  statementsPerSecond: { unit: "statements/s", title: "statements/s" },
  p50Ms: { unit: "ms", title: "p50" },
  p99Ms: { unit: "ms", title: "p99" },
  maxMs: { unit: "ms", title: "longest" },
  entriesPerSecond: { unit: "entries/s", title: "log entries/s" },
  entries: { unit: "entries", title: "log entries" },
  backlogSlope: { unit: "entries/s", title: "growth of the backlog" },
  lockMs: { unit: "ms", title: "lock" },
  longestStallMs: { unit: "ms", title: "longest writer stall" },
  deployMs: { unit: "ms", title: "whole migration" },
  failedWrites: { unit: "writes", title: "failed writes" },
  exponent: { unit: "", title: "exponent of time over rows" },
  serverPrivateBytes: { unit: "bytes", title: "backends, private memory" },
  serverPssBytes: { unit: "bytes", title: "backends, with their share of the buffers" },
  clientBytes: { unit: "bytes", title: "client process" },
  processTreeBytes: { unit: "bytes", title: "memory of all processes" },
  generatorBytes: { unit: "bytes", title: "memory of our generator" },
} as const;

export type Metric = keyof typeof METRICS;
