/** What a model must state again before the way back from cutover. */
import { describe, expect, it } from "vitest";
import { foldHistory } from "../../../generator/history/fold.ts";
import { plan } from "../../../generator/plan/plan.ts";
import { PlanError } from "../../../generator/plan/refusal.ts";
import type { PartitionSpec, UniqueKey } from "../../../generator/spec.ts";
import { createTable, cutoverSpec, emitted, idAlone, idAndKey, spec, want } from "./fixture.ts";

const checksum = "current";
const install = emitted("20260102000000_i", { transition: "install", version: "1.0.0", checksum });

const unique = (name: string, ...columns: string[]): UniqueKey => ({ kind: "unique", name, columns });
const code = unique("event_transactions_code_key", "code");
const codeAndKey = unique("event_transactions_code_timestamp_key", "code", "timestamp");

/** The refusal of a rollback from a cutover of `before`, or null where it is planned. */
function refusal(before: PartitionSpec, wanted: PartitionSpec): { reason: string; fix: string } | null {
  const history = foldHistory([
    createTable,
    install,
    emitted("20260103000000_s", { transition: "setup", spec: before, cutoverUniques: [] }),
    emitted("20260104000000_c", { transition: "cutover", spec: cutoverSpec, cutoverUniques: [], reached: before }),
  ]);
  try {
    const [transition] = plan([want(wanted)], history, checksum);
    expect(transition).toEqual({ transition: "rollback", spec: wanted, reached: cutoverSpec });
    return null;
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    expect(error.refusals).toHaveLength(1);
    expect(error.code).toBe("PLAN_MODEL_NOT_READY");
    return error.refusals[0] ?? null;
  }
}

const fix = (before: PartitionSpec, wanted: PartitionSpec) => refusal(before, wanted)?.fix.split("\n  ");
const before: PartitionSpec = { ...spec, uniques: [idAlone, code] };

describe("a rollback", () => {
  it("takes the keys of setup, in whatever order", () => {
    expect(refusal(before, before)).toBeNull();
    expect(refusal(before, { ...before, uniques: [code, idAlone] })).toBeNull();
  });

  it("wants those that hold the key taken back, under their fields' names", () => {
    const wanted = { ...before, uniques: [idAndKey, codeAndKey], identity: idAndKey.columns };
    expect(refusal(before, wanted)?.reason).toMatch(/^going back to stage setup puts the old table back in use/);
    expect(fix(before, wanted)).toEqual([
      "Put back `@id` on `id` instead of `@@id([id, timestamp])`.",
      "Put back `@unique` on `eventCode` instead of `@@unique([eventCode, timestamp])`.",
    ]);
  });

  it("wants back a unique that was given up", () => {
    expect(fix(before, { ...before, uniques: [idAlone] })).toEqual(["Put back `@unique` on `eventCode`."]);
  });

  it("wants the names back, too", () => {
    const named: PartitionSpec = {
      ...spec,
      uniques: [{ ...idAlone, name: "pk" }, unique("u", "code", "id")],
    };
    const wanted = { ...spec, uniques: [idAlone, unique("event_transactions_code_id_key", "code", "id")] };
    expect(fix(named, wanted)).toEqual([
      'Put back `@id(map: "pk")` on `id` instead of `@id` on `id`.',
      'Put back `@@unique([eventCode, id], map: "u")` instead of `@@unique([eventCode, id])`.',
    ]);
  });

  it("says of a unique that is new since the cutover what to do with it", () => {
    const [line, ...others] =
      fix(before, { ...before, uniques: [...before.uniques, unique("n", "amount", "timestamp")] }) ?? [];
    expect(others).toEqual([]);
    expect(line).toMatch(
      /^Remove `@@unique\(\[amount, timestamp\], map: "n"\)`: .* after the rollback, with a migration/,
    );
  });

  it("does not take a new unique for another form of two", () => {
    const wanted = { ...before, uniques: [idAlone, codeAndKey, unique("n", "timestamp", "code")] };
    expect(fix(before, wanted)).toEqual([
      "Put back `@unique` on `eventCode` instead of `@@unique([eventCode, timestamp])`.",
      expect.stringMatching(/^Remove `@@unique\(\[timestamp, eventCode\], map: "n"\)`/),
    ]);
  });

  it("asks nothing of a model whose key is the id", () => {
    const ulid: PartitionSpec = { ...spec, key: "id", kind: "ulid" };
    const history = foldHistory([
      createTable,
      install,
      emitted("20260103000000_s", { transition: "setup", spec: ulid, cutoverUniques: [] }),
      emitted("20260104000000_c", {
        transition: "cutover",
        spec: { ...ulid, stage: "cutover" },
        cutoverUniques: [],
        reached: ulid,
      }),
    ]);
    expect(plan([want(ulid)], history, checksum)).toMatchObject([{ transition: "rollback" }]);
  });

  it("wants rows identified as the change capture does", () => {
    const both = { ...spec, uniques: [unique("a", "code"), unique("b", "id")], identity: ["code"] };
    expect(fix(both, { ...both, identity: ["id"] })).toEqual([
      expect.stringMatching(/^Let \(code\) be what identifies/),
    ]);
  });

  it("goes by the setup, however often the table went back and forth", () => {
    const transitions = [
      { transition: "setup", spec: before, cutoverUniques: [] },
      { transition: "cutover", spec: cutoverSpec, cutoverUniques: [], reached: before },
      { transition: "rollback", spec: { ...before, model: "Renamed" }, reached: cutoverSpec },
      { transition: "cutover", spec: cutoverSpec, cutoverUniques: [], reached: before },
    ] as const;
    const folders = transitions.map((transition, index) => emitted(`2026010300000${index}_x`, transition));
    const history = foldHistory([createTable, install, ...folders]);
    expect(plan([want(before)], history, checksum)).toMatchObject([{ transition: "rollback" }]);
    expect(() => plan([want(spec)], history, checksum)).toThrow(/Put back `@unique` on `eventCode`/);
  });
});
