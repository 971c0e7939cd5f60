import { expect, test } from "vitest";
import { etaSeconds, fractionDone } from "../../../src/progress.ts";

const load = {
  step: "load",
  rowsDone: 250n,
  rowsEstimated: 1000n,
  batchesDone: 1n,
  batchesTotal: 2n,
  logEntries: 0n,
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
