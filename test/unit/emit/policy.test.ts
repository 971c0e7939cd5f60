import { describe, expect, it } from "vitest";
import { type EmitOption, refuseInCi } from "../../../generator/emit/policy.ts";
import { spec } from "../plan/fixture.ts";

const missing = [
  { transition: "install", checksum: "c" },
  { transition: "setup", spec, cutoverUniques: [] },
] as const;
const check = (emit: EmitOption, CI: string | undefined, transitions: typeof missing | [] = missing) =>
  refuseInCi(emit, transitions, CI === undefined ? {} : { CI });

describe("in CI", () => {
  it.each(["true", "1", "woodpecker"])("CI=%s: emit = auto lists the missing folders", (ci) => {
    expect(() => check("auto", ci)).toThrow(expect.objectContaining({ code: "EMIT_FROZEN" }));
    expect(() => check("auto", ci)).toThrow(
      /2 migrations.*\n {2}<timestamp>_partition_install\n {2}<timestamp>_partition_setup_event_transactions\n/,
    );
  });

  it.each([undefined, "", "0", "false", "FALSE"])("CI=%j is not CI", (ci) => {
    expect(() => check("auto", ci)).not.toThrow();
  });

  it("nothing missing is nothing to complain about", () => expect(() => check("auto", "true", [])).not.toThrow());
  it("emit = always writes", () => expect(() => check("always", "true")).not.toThrow());
});
