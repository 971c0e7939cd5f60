import { expect, test } from "vitest";
import { logAdvice, logTrend } from "../../../src/progress/log-trend.ts";
import { etaSeconds, fractionDone } from "../../../src/progress/progress.ts";

const load = {
  step: "load",
  rowsDone: 250n,
  rowsEstimated: 1000n,
  batchesDone: 1n,
  batchesTotal: 2n,
  logEntries: 0n,
  logAppendedPerSecond: null,
  logReplayedPerSecond: null,
  rowsPerSecond: 100,
  ready: false,
} as const;

test("batches, where they are known, decide how much is done", () => {
  expect(fractionDone(load)).toBe(0.5);
  expect(etaSeconds(load)).toBe(5);
});

test("without batches the estimate of rows does, and never promises more than all", () => {
  expect(fractionDone({ ...load, batchesTotal: 0n })).toBe(0.25);
  expect(fractionDone({ ...load, batchesTotal: 0n, rowsDone: 5000n })).toBe(1);
});

test("a drain takes as long as the log is", () => {
  expect(etaSeconds({ ...load, step: "drain", logEntries: 300n, ready: true })).toBe(3);
  expect(etaSeconds({ ...load, step: "drain", ready: true, rowsPerSecond: null })).toBe(0);
});

test("what cannot be known is null", () => {
  expect(etaSeconds({ ...load, rowsPerSecond: null })).toBeNull();
  expect(etaSeconds({ ...load, step: "index" })).toBeNull();
  expect(fractionDone({ ...load, step: "settle", batchesTotal: 1n })).toBeNull();
});

const drain = { ...load, step: "drain", logEntries: 600n, rowsPerSecond: 40 } as const;

test("a log that changes are still appended to takes as long as the difference of the two rates says", () => {
  expect(etaSeconds({ ...drain, logAppendedPerSecond: 70, logReplayedPerSecond: 100 })).toBe(20);
  expect(etaSeconds({ ...drain, logAppendedPerSecond: 100, logReplayedPerSecond: 70 })).toBeNull();
  expect(etaSeconds({ ...drain, logEntries: 0n, logAppendedPerSecond: 100, logReplayedPerSecond: 70 })).toBe(0);
});

test.each([
  ["empty", { logEntries: 0n, logAppendedPerSecond: 9, logReplayedPerSecond: 1 }],
  ["held", { step: "load", logAppendedPerSecond: null }],
  ["held", { step: "index" }],
  ["shrinking", { logAppendedPerSecond: 50, logReplayedPerSecond: 100 }],
  ["steady", { logAppendedPerSecond: 100, logReplayedPerSecond: 104 }],
  ["growing", { logAppendedPerSecond: 100, logReplayedPerSecond: 50 }],
  ["steady", { rowsPerSecond: 10 }],
  ["unattended", { rowsPerSecond: null }],
] as const)("the log is %s", (trend, rates) => {
  expect(logTrend({ ...drain, ...rates })).toBe(trend);
});

test("what is not well is said with what to do", () => {
  const growing = {
    ...drain,
    trend: "growing",
    model: "Event",
    logAppendedPerSecond: 99.6,
    logReplayedPerSecond: 50,
  } as const;
  expect(logAdvice(growing)).toMatch(/faster \(100\/s\) than they are replayed \(50\/s\).*backfill Event/);
  expect(logAdvice({ ...growing, trend: "unattended" })).toMatch(/^600 changes wait.*backfill Event$/);
  expect(logAdvice({ ...growing, trend: "steady" })).toBeNull();
});
