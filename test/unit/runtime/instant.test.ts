import { describe, expect, test } from "vitest";
import { parseInstant } from "../../../src/instant.ts";

describe("parseInstant", () => {
  test.each([
    ["2026-11-01 00:00:00+00", "2026-11-01T00:00:00.000Z"],
    ["2026-11-01 12:34:56.789123+00", "2026-11-01T12:34:56.789Z"],
    ["2026-11-01T12:34:56.7Z", "2026-11-01T12:34:56.700Z"],
    ["2026-11-01", "2026-11-01T00:00:00.000Z"],
    ["0033-01-01 00:00:00+00", "0033-01-01T00:00:00.000Z"],
    ["12026-01-01 00:00:00+00", "+012026-01-01T00:00:00.000Z"],
    ["0001-01-01 00:00:00+00 BC", "0000-01-01T00:00:00.000Z"],
  ])("%s", (text, iso) => {
    expect(parseInstant(text).toISOString()).toBe(iso);
  });

  test.each(["infinity", "2026-11-01 00:00:00+02", "", "yesterday"])("refuses %j", (text) => {
    expect(() => parseInstant(text)).toThrow(RangeError);
  });
});
