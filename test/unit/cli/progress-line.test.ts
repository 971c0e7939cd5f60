import { expect, test } from "vitest";
import { progressLine, progressLogLine } from "../../../src/cli/progress-line.ts";
import type { Progress } from "../../../src/progress/progress.ts";

const progress: Progress = {
  model: "EventTransaction",
  schema: "billing",
  table: "event_transactions",
  stage: "setup",
  step: "load",
  rowsDone: 8_412_345n,
  rowsEstimated: 20_000_000n,
  batchesDone: 841n,
  batchesTotal: 2000n,
  logEntries: 1204n,
  logTrend: "held",
  logAppendedPerSecond: null,
  logReplayedPerSecond: null,
  advice: null,
  rowsPerSecond: 61_234,
  fraction: 0.4205,
  etaSeconds: 192,
  lastBatchAt: null,
  lastError: null,
  lastErrorAt: null,
  runnerAlive: true,
  runner: "working",
  ready: false,
  partitions: 28,
  defaultRows: 0n,
  swappedAt: null,
  swapLockMs: null,
};

test("80 columns", () => {
  expect(progressLine(progress, 79)).toBe(
    "EventTransaction  load 42 %  █████░░░░░░░  8.41M/~20M rows  61.2K/s  ETA 3m 12s",
  );
});

test("200 columns: everything, and a bar that stops growing", () => {
  expect(progressLine(progress, 199)).toBe(
    `EventTransaction  load 42 %  ${"█".repeat(16)}${"░".repeat(24)}  8.41M/~20M rows  61.2K/s  ETA 3m 12s  log 1.2K`,
  );
});

test.each([20, 30, 40, 60, 79, 119])("never wider than %d", (width) => {
  for (const step of ["load", "settle", "index", "drain", "validate"] as const) {
    expect(progressLine({ ...progress, step }, width).length).toBeLessThanOrEqual(width);
  }
});

test("a log file gets exact numbers", () => {
  expect(progressLogLine(progress)).toBe(
    "EventTransaction: load 42 %  8,412,345/~20,000,000 rows  61.2K/s  ETA 3m 12s  log 1,204",
  );
});

test("draining: what is left of the log instead of a percentage", () => {
  expect(progressLogLine({ ...progress, step: "drain", fraction: 1, ready: true, etaSeconds: 5 })).toBe(
    "EventTransaction: drain  log 1,204  61.2K/s  ETA 5s",
  );
});
