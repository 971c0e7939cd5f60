import { describe, expect, test } from "vitest";
import {
  formatBound,
  formatBytes,
  formatCompact,
  formatCount,
  formatDuration,
  formatPercent,
  formatRate,
} from "../../../src/cli/format.ts";
import { toJson } from "../../../src/cli/json.ts";

test.each([
  [0, "0s"],
  [59.6, "1m 00s"],
  [192, "3m 12s"],
  [3840, "1h 04m"],
  [183_600, "2d 3h"],
  [null, "-"],
  [Number.POSITIVE_INFINITY, "-"],
])("duration %s → %s", (seconds, expected) => {
  expect(formatDuration(seconds)).toBe(expected);
});

test.each([
  [0n, "0 B"],
  [1023n, "1023 B"],
  [1536n, "1.5 kB"],
  [123n * 1024n * 1024n, "123 MB"],
  [5n * 1024n ** 4n, "5.0 TB"],
])("bytes %s → %s", (bytes, expected) => {
  expect(formatBytes(bytes)).toBe(expected);
});

test("counts, rates and percentages", () => {
  expect(formatCount(20_000_000n)).toBe("20,000,000");
  expect(formatCompact(8_412_345n)).toBe("8.41M");
  expect(formatRate(61_234.5)).toBe("61.2K/s");
  expect(formatRate(0.0502)).toBe("<1/s");
  expect(formatRate(5.417)).toBe("5/s");
  expect(formatRate(0)).toBe("0/s");
  expect(formatRate(null)).toBe("-");
  expect(formatPercent(0.999)).toBe("99 %");
  expect(formatPercent(1)).toBe("100 %");
});

test("bounds", () => {
  expect(formatBound(new Date("2026-11-01T00:00:00Z"))).toBe("2026-11-01");
  expect(formatBound(new Date("2026-11-01T07:00:00Z"))).toBe("2026-11-01 07:00:00Z");
  expect(formatBound(12_345_678_901_234_567_890n)).toBe("12345678901234567890");
  expect(formatBound(null)).toBe("-");
});

describe("JSON", () => {
  test("a bigint is a number as long as that is exact", () => {
    expect(toJson({ small: 12n, edge: 9_007_199_254_740_991n, large: 9_007_199_254_740_992n })).toBe(
      '{"small":12,"edge":9007199254740991,"large":"9007199254740992"}',
    );
  });

  test("a Date is an ISO string", () => {
    expect(toJson({ at: new Date("2026-11-01T00:00:00Z") })).toBe('{"at":"2026-11-01T00:00:00.000Z"}');
  });
});
