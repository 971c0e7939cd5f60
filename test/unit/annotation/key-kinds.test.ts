import { describe, expect, it } from "vitest";
import { keyKinds } from "../../../generator/annotation/index.ts";

describe("bounds", () => {
  it.each([
    ["timestamptz", "2024-01-01T00:00:00Z", "2024-01-01 00:00:00+00"],
    ["timestamp", "2024-01-01T00:00:00.250Z", "2024-01-01 00:00:00.250"],
    ["date", "2024-01-01T00:00:00Z", "2024-01-01"],
    ["integer", "9007199254740993", "9007199254740993"],
    ["integer", "-5", "-5"],
    // The example of RFC 9562, A.6: 2022-02-22 14:22:22 -05:00.
    ["uuid7", "2022-02-22T19:22:22Z", "017f22e2-79b0-0000-0000-000000000000"],
    // The example of the ULID specification.
    ["ulid", "2016-07-30T23:54:10.259Z", "01ARZ3NDEK0000000000000000"],
  ] as const)("%s: %s is %s, and back", (kind, point, bound) => {
    expect(keyKinds[kind].toBound(point)).toBe(bound);
    expect(keyKinds[kind].fromBound(bound)).toBe(point);
  });

  it.each([
    ["timestamptz", "2024-01-01 05:30:00+05:30", "2024-01-01T00:00:00Z"],
    ["timestamptz", "2024-01-01 02:00:00+02", "2024-01-01T00:00:00Z"],
    ["timestamp", "2024-01-01 10:00:00.123456", "2024-01-01T10:00:00.123Z"],
    ["uuid7", "017F22E2-79B0-7CC3-98C4-DC0C0C07398F", "2022-02-22T19:22:22Z"],
    ["ulid", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "2016-07-30T23:54:10.259Z"],
    ["ulid", "01arz3ndektsv4rrffq69g5fav", "2016-07-30T23:54:10.259Z"],
  ] as const)("%s: any value, %s, stands at %s", (kind, value, point) => {
    expect(keyKinds[kind].fromBound(value)).toBe(point);
  });

  it.each([
    ["timestamptz", "infinity"],
    ["date", "MINVALUE"],
    ["integer", "1.5"],
    ["uuid7", "nope"],
    ["ulid", "01ARZ3NDEKTSV4RRFFQ69G5FAU"],
  ] as const)("%s: %s is no value", (kind, value) => {
    expect(() => keyKinds[kind].fromBound(value)).toThrow(RangeError);
  });

  it("before 1970, a time-ordered id starts at its smallest value", () => {
    expect(keyKinds.uuid7.toBound("1969-01-01T00:00:00Z")).toBe("00000000-0000-0000-0000-000000000000");
    expect(keyKinds.ulid.toBound("1969-01-01T00:00:00Z")).toBe("0".repeat(26));
  });
});
