import { describe, expect, it } from "vitest";
import { foldHistory } from "../../../generator/history/fold.ts";
import type { History } from "../../../generator/history/history.ts";
import type { Migration } from "../../../generator/history/migration.ts";
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

const cleanup = emitted("20260105000000_k", { transition: "cleanup", spec: { ...cutoverSpec, stage: "cleanup" } });

const histories = {
  none: foldHistory([createTable, install]),
  setup: foldHistory([createTable, install, setup]),
  cutover: foldHistory([createTable, install, setup, cutover]),
  cleanup: foldHistory([createTable, install, setup, cutover, cleanup]),
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
    ["none", "none", ["uninstall"]],
    ["none", "setup", ["setup"]],
    ["none", "cutover", ["setup", "cutover"]],
    ["none", "cleanup", /no old table to drop\. .*`stage: cutover` first/],
    ["setup", "none", ["teardown", "uninstall"]],
    ["setup", "setup", []],
    ["setup", "cutover", ["cutover"]],
    ["setup", "cleanup", /at stage setup: .*`stage: cutover` first/],
    ["cutover", "none", /Put the annotation back, .* undo .*`stage: setup`.* keep .*`stage: cleanup`/],
    ["cutover", "setup", ["rollback"]],
    ["cutover", "cutover", []],
    ["cutover", "cleanup", ["cleanup"]],
    ["cleanup", "none", ["release", "uninstall"]],
    [
      "cleanup",
      "setup",
      /If 20260105000000_k has not been deployed, .* delete it and run this again.*--rolled-back.* Else the old table is gone/,
    ],
    [
      "cleanup",
      "cutover",
      /If 20260105000000_k has not been deployed, .* delete it and run this again.*--rolled-back.* Else the old table is gone/,
    ],
    ["cleanup", "cleanup", []],
  ] as const)("%s → %s: %s", (reached, stage, expected) => {
    const wanted = stage === "none" ? [] : [want(atStage(stage))];
    if (!(expected instanceof RegExp)) {
      expect(names(plan(wanted, histories[reached], checksum))).toEqual(expected);
      return;
    }
    const [refusal, ...others] = refusals(wanted, histories[reached]);
    expect(others).toEqual([]);
    expect(refusal).toMatchObject({ code: "PLAN_UNSUPPORTED", table: "billing.event_transactions" });
    expect(`${refusal?.reason} ${refusal?.fix}`).toMatch(expected);
  });

  it.each([
    ["setup", "setup", ["alter"]],
    ["setup", "cutover", ["alter", "cutover"]],
    ["cutover", "setup", ["alter", "rollback"]],
    ["cutover", "cutover", ["alter"]],
    ["cutover", "cleanup", ["alter", "cleanup"]],
    ["cleanup", "cleanup", ["alter"]],
  ] as const)("%s → %s, with other changes: %j", (reached, stage, expected) => {
    const planned = plan([want({ ...atStage(stage), premake: 3 })], histories[reached], checksum);
    expect(names(planned)).toEqual(expected);
    expect(planned[0]).toEqual({
      transition: "alter",
      spec: { ...atStage(reached), premake: 3 },
      changes: { premake: 3 },
    });
    for (const transition of planned) expect(transition).toMatchObject({ spec: { premake: 3 } });
  });
});

describe("a plan", () => {
  it("installs once, and only for a table", () => {
    const history = foldHistory([createTable]);
    expect(plan([], history, checksum)).toEqual([]);
    expect(names(plan([], histories.none, checksum))).toEqual(["uninstall"]);
    expect(names(plan([want(spec)], history, checksum))).toEqual(["install", "setup"]);
  });

  it("upgrades when the package's functions differ from the installed ones, before anything else", () => {
    expect(plan([want(spec)], histories.setup, "new")).toEqual([{ transition: "upgrade", checksum: "new" }]);
    expect(names(plan([want(spec)], histories.none, "new"))).toEqual(["upgrade", "setup"]);
  });

  it("uninstalls when no annotated model is left, last, and installs again for the next one", () => {
    const other = emitted("20260106000000_o", {
      transition: "setup",
      spec: { ...spec, table: "logs", model: "Log" },
      cutoverUniques: [],
    });
    const both = foldHistory([createTable, install, setup, other]);
    expect(plan([], both, checksum)).toMatchObject([
      { transition: "teardown", spec: { table: "event_transactions" } },
      { transition: "teardown", spec: { table: "logs" } },
      { transition: "uninstall" },
    ]);
    expect(names(plan([want(spec)], both, checksum))).toEqual(["teardown"]);

    const removed = plan([], histories.setup, checksum).map((transition, index) =>
      emitted(`2026020000000${index}_x`, transition),
    );
    const after = foldHistory([createTable, install, setup, ...removed]);
    expect(plan([], after, checksum)).toEqual([]);
    expect(names(plan([want(spec)], after, checksum))).toEqual(["install", "setup"]);
  });

  it("does not upgrade functions only to drop them, unless they could not be dropped", () => {
    const able = { ...install, sql: `${install.sql}CREATE OR REPLACE FUNCTION prisma_partition.uninstall()` };
    const history = foldHistory([createTable, able, setup]);
    expect(names(plan([], history, "new"))).toEqual(["teardown", "uninstall"]);
    expect(names(plan([], histories.setup, "new"))).toEqual(["upgrade", "teardown", "uninstall"]);
    const other = { ...spec, model: "Log", table: "logs" };
    const created = [...history.created, { schema: null, table: "logs" }];
    expect(names(plan([want(other)], { ...history, created }, "new"))).toEqual(["upgrade", "setup", "teardown"]);
  });

  it("removes what holds, whatever was wanted before", () => {
    expect(plan([], histories.setup, checksum)[0]).toEqual({ transition: "teardown", spec });
    const stage = "cleanup";
    expect(plan([], histories.cleanup, checksum)[0]).toEqual({
      transition: "release",
      spec: { ...cutoverSpec, stage },
    });
  });

  it("says which folders to delete where a cleanup was not deployed, the alters after it, too", () => {
    const alter = emitted("20260106000000_a", {
      transition: "alter",
      spec: { ...cutoverSpec, stage: "cleanup" },
      changes: { premake: 3 },
    });
    const history = foldHistory([createTable, install, setup, cutover, cleanup, alter]);
    const [refusal] = refusals([want({ ...cutoverSpec, premake: 3 })], history);
    expect(refusal?.fix).toMatch(/^If 20260105000000_k with 20260106000000_a has not been deployed/);
  });

  it("hands a rollback what held before, and a cleanup how long the old table is kept", () => {
    expect(plan([want(spec)], histories.cutover, checksum)).toEqual([
      { transition: "rollback", spec, reached: cutoverSpec },
    ]);
    const wanted: PartitionSpec = { ...cutoverSpec, stage: "cleanup", keepOld: "7 days" };
    expect(plan([want(wanted)], histories.cutover, checksum)).toEqual([{ transition: "cleanup", spec: wanted }]);
  });

  it.each(["setup", "cutover", "cleanup"] as const)("has no folder for keepOld at stage %s", (stage) => {
    expect(plan([want({ ...atStage(stage), keepOld: "7 days" })], histories[stage], checksum)).toEqual([]);
  });

  it("lets the identity change at stage cleanup, where nothing captures changes", () => {
    const wanted: PartitionSpec = { ...cutoverSpec, stage: "cleanup", identity: ["code", "timestamp"] };
    expect(plan([want(wanted)], histories.cleanup, checksum)).toEqual([]);
  });

  it("writes the stage that each folder reaches, and hands the cutover what held before", () => {
    const [first, second] = plan([want(cutoverSpec)], histories.none, checksum);
    expect(first).toMatchObject({ transition: "setup", spec: { stage: "setup" } });
    expect(second).toMatchObject({ transition: "cutover", spec: { stage: "cutover" }, reached: { stage: "setup" } });
    expect(plan([want(cutoverSpec)], histories.setup, checksum)).toMatchObject([{ reached: { identity: ["id"] } }]);
  });

  it("reaches what it planned: planning again from its own folders gives nothing", () => {
    const toSetup = [createTable, install, setup];
    const ways: [Migration[], PartitionSpec[]][] = [
      [toSetup, [spec, cutoverSpec, { ...spec, premake: 3, model: "Renamed" }]],
      [
        [...toSetup, cutover],
        [spec, { ...spec, premake: 3 }, { ...cutoverSpec, stage: "cleanup", keepOld: "1 day" }],
      ],
      [[...toSetup, cutover, cleanup], [{ ...cutoverSpec, stage: "cleanup", premake: 3 }]],
    ];
    for (const [folders, specs] of ways) {
      for (const wanted of specs) {
        const planned = plan([want(wanted)], foldHistory(folders), checksum);
        const more = planned.map((transition, index) => emitted(`2026020000000${index}_x`, transition));
        expect(plan([want(wanted)], foldHistory([...folders, ...more]), checksum)).toEqual([]);
      }
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
    for (const stage of ["cutover", "cleanup"] as const) {
      const wanted = { ...cutoverSpec, stage, ...changes };
      expect(plan([want(wanted)], histories[stage], checksum)).toEqual([
        { transition: "alter", spec: wanted, changes },
      ]);
    }
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
    [{ weakenUnique: ["b_idx"] }, "Remove `weakenUnique` again. To start over with another, remove the annotation"],
    [{ identity: ["id", "timestamp"] }, /add `stage: cutover`/],
  ] satisfies [Partial<PartitionSpec>, string | RegExp][])("of a changed %j says what to do", (changes, fix) => {
    const [refusal, ...others] = refusals([want({ ...spec, ...changes })], histories.setup);
    expect(others).toEqual([]);
    expect(refusal?.code).toBe("PLAN_FIXED_OPTION");
    expect(refusal?.fix).toMatch(fix);
  });

  it("of a changed weakenUnique names the indexes, at every stage", () => {
    const weakened = { ...spec, weakenUnique: ["a_idx", "b_idx"] };
    const [refusal] = refusals(
      [want({ ...cutoverSpec, weakenUnique: ["a_idx"] })],
      foldHistory([
        createTable,
        install,
        emitted("20260103000000_s", { transition: "setup", spec: weakened, cutoverUniques: [] }),
      ]),
    );
    expect(refusal?.reason).toContain('weakenUnique was ["a_idx","b_idx"] at setup and is ["a_idx"] now');
    expect(refusal?.fix).toContain('Write `weakenUnique` as it was: ["a_idx","b_idx"].');
    for (const stage of ["cutover", "cleanup"] as const) {
      const found = refusals([want({ ...atStage(stage), weakenUnique: ["x"] })], histories[stage]);
      expect(found).toMatchObject([{ code: "PLAN_FIXED_OPTION", fix: "Remove `weakenUnique` again." }]);
    }
  });

  it("of another primary key at cutover says that the way back is a stage", () => {
    const found = refusals([want({ ...cutoverSpec, identity: ["id"] })], histories.cutover);
    expect(found).toMatchObject([{ code: "PLAN_FIXED_OPTION", fix: expect.stringMatching(/write `stage: setup`/) }]);
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
