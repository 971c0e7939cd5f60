import { describe, expect, it } from "vitest";
import { foldHistory } from "../../../generator/history/fold.ts";
import type { History } from "../../../generator/history/history.ts";
import { plan, type WantedTable } from "../../../generator/plan/plan.ts";
import { PlanError } from "../../../generator/plan/refusal.ts";
import type { Transition } from "../../../generator/plan/transition.ts";
import type { PartitionSpec, Stage } from "../../../generator/spec.ts";
import { createTable, cutoverSpec, emitted, spec, want } from "./fixture.ts";

const checksum = "current";
const install = emitted("20260102000000_i", { transition: "install", version: "1.0.0", checksum });
const setup = emitted("20260103000000_s", { transition: "setup", spec, cutoverUniques: [] });
const cutover = emitted("20260104000000_c", {
  transition: "cutover",
  spec: cutoverSpec,
  cutoverUniques: [],
  reached: spec,
});

const histories = {
  none: foldHistory([createTable, install]),
  setup: foldHistory([createTable, install, setup]),
  cutover: foldHistory([createTable, install, setup, cutover]),
};
const atStage = (stage: Stage): PartitionSpec => (stage === "setup" ? spec : { ...cutoverSpec, stage });
const names = (transitions: readonly Transition[]) => transitions.map(({ transition }) => transition);

function refusals(wanted: readonly WantedTable[], history: History) {
  try {
    plan(wanted, history, checksum);
  } catch (error) {
    if (error instanceof PlanError) return error.refusals;
    throw error;
  }
  return [];
}

describe("every (reached, wanted) pair", () => {
  it.each([
    ["none", "none", []],
    ["none", "setup", ["setup"]],
    ["none", "cutover", ["setup", "cutover"]],
    ["none", "cleanup", "refused"],
    ["setup", "none", "refused"],
    ["setup", "setup", []],
    ["setup", "cutover", ["cutover"]],
    ["setup", "cleanup", "refused"],
    ["cutover", "none", "refused"],
    ["cutover", "setup", "refused"],
    ["cutover", "cutover", []],
    ["cutover", "cleanup", "refused"],
  ] as const)("%s → %s: %j", (reached, stage, expected) => {
    const wanted = stage === "none" ? [] : [want(atStage(stage))];
    if (expected !== "refused") {
      expect(names(plan(wanted, histories[reached], checksum))).toEqual(expected);
      return;
    }
    const [refusal] = refusals(wanted, histories[reached]);
    expect(refusal).toMatchObject({ code: "PLAN_UNSUPPORTED", table: "billing.event_transactions" });
    expect(refusal?.reason).toMatch(/is not supported by this version/);
    expect(refusal?.fix).toMatch(/^(Keep|Write) .+\.$/);
  });
});

describe("a plan", () => {
  it("installs once, and only for a table", () => {
    const history = foldHistory([createTable]);
    expect(plan([], history, checksum)).toEqual([]);
    expect(names(plan([want(spec)], history, checksum))).toEqual(["install", "setup"]);
  });

  it("upgrades when the package's functions differ from the installed ones, before anything else", () => {
    expect(plan([want(spec)], histories.setup, "new")).toEqual([{ transition: "upgrade", checksum: "new" }]);
    expect(names(plan([want(spec)], histories.none, "new"))).toEqual(["upgrade", "setup"]);
  });

  it("writes the stage that each folder reaches, and hands the cutover what held before", () => {
    const [first, second] = plan([want(cutoverSpec)], histories.none, checksum);
    expect(first).toMatchObject({ transition: "setup", spec: { stage: "setup" } });
    expect(second).toMatchObject({ transition: "cutover", spec: { stage: "cutover" }, reached: { stage: "setup" } });
    expect(plan([want(cutoverSpec)], histories.setup, checksum)).toMatchObject([{ reached: { identity: ["id"] } }]);
  });

  it("reaches what it planned: planning again from its own folders gives nothing", () => {
    for (const wanted of [spec, cutoverSpec, { ...spec, premake: 3, model: "Renamed" }]) {
      const planned = plan([want(wanted)], histories.setup, checksum);
      const folders = planned.map((transition, index) => emitted(`2026020000000${index}_x`, transition));
      expect(plan([want(wanted)], foldHistory([createTable, install, setup, ...folders]), checksum)).toEqual([]);
    }
  });

  it.each([
    { interval: "1 day" },
    { premake: 3 },
    { retention: "24 months" },
    { onExpire: "drop" },
    { schedule: { backfill: "*/5 * * * *", maintenance: "0 0 * * *" } },
    { batchSize: 500 },
    { scheduler: "none" },
    { cronNodename: "" },
    { model: "Transaction" },
    { model: "Transaction", premake: 3 },
  ] satisfies Partial<PartitionSpec>[])("alters %j, and carries nothing else", (changes) => {
    expect(plan([want({ ...spec, ...changes })], histories.setup, checksum)).toEqual([
      { transition: "alter", spec: { ...spec, ...changes }, changes },
    ]);
    expect(plan([want({ ...cutoverSpec, ...changes })], histories.cutover, checksum)).toEqual([
      { transition: "alter", spec: { ...cutoverSpec, ...changes }, changes },
    ]);
  });

  it("alters before a cutover that comes with other changes", () => {
    const planned = plan([want({ ...cutoverSpec, premake: 3 })], histories.setup, checksum);
    expect(planned).toMatchObject([
      { transition: "alter", spec: { stage: "setup", premake: 3, identity: ["id"] }, changes: { premake: 3 } },
      { transition: "cutover", spec: { premake: 3 }, reached: { premake: 3 } },
    ]);
  });

  it("keeps the tables in the order they are wanted in", () => {
    const other = { ...spec, model: "Log", table: "logs" };
    const history = { ...histories.none, created: [...histories.none.created, { schema: null, table: "logs" }] };
    expect(plan([want(other), want(spec)], history, checksum)).toMatchObject([{ spec: other }, { spec }]);
  });
});

describe("a refusal", () => {
  it.each([
    [{ key: "created_at" }, "Write `key` as it was: timestamp."],
    [{ kind: "date" }, "Put the type of column timestamp back so that it is a timestamptz key again."],
    [{ start: "2020-01-01T00:00:00.000Z" }, "Remove `start` again."],
    [{ maintenance: "builtin" }, "Write `maintenance` as it was: auto."],
    [{ identity: ["id", "timestamp"] }, /add `stage: cutover`/],
  ] satisfies [Partial<PartitionSpec>, string | RegExp][])("of a changed %j says what to do", (changes, fix) => {
    const [refusal, ...others] = refusals([want({ ...spec, ...changes })], histories.setup);
    expect(others).toEqual([]);
    expect(refusal?.code).toBe("PLAN_FIXED_OPTION");
    expect(refusal?.fix).toMatch(fix);
  });

  it("of a moved table says so once", () => {
    const found = refusals([want({ ...spec, table: "events" })], histories.setup);
    expect(found).toMatchObject([{ code: "PLAN_TABLE_MOVED", table: "billing.events" }]);
    expect(found[0]?.reason).toMatch(/billing\.event_transactions/);
  });

  it("of a table that no migration creates says how to create it", () => {
    const none = refusals([want(spec)], foldHistory([install]));
    expect(none).toMatchObject([{ code: "PLAN_TABLE_NOT_CREATED", fix: expect.stringMatching(/migrate dev --name/) }]);
    expect(refusals([want(spec)], foldHistory([]))[0]?.reason).toMatch(/migrations folder is empty/);
  });

  it("of a model that is not ready for the cutover repeats the advice", () => {
    const found = refusals(
      [want({ ...spec, stage: "cutover" }, ["Change @id to @@id([id, timestamp])"])],
      histories.setup,
    );
    expect(found).toMatchObject([{ code: "PLAN_MODEL_NOT_READY", fix: "Change @id to @@id([id, timestamp])" }]);
  });

  it("comes with every other one, in one error", () => {
    const other = { ...spec, model: "Log", table: "logs" };
    const wanted = [want({ ...spec, key: "a", start: "2020-01-01T00:00:00.000Z" }), want(other)];
    expect(refusals(wanted, histories.setup)).toHaveLength(3);
    expect(() => plan(wanted, histories.setup, checksum)).toThrow(
      /EventTransaction.*\n.*\n\n.*\n.*\n\n@partition of Log/,
    );
  });
});
