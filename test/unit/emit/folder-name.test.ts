import { describe, expect, it } from "vitest";
import { folderLabel, folderNames } from "../../../generator/emit/folder-name.ts";
import { byApplication } from "../../../generator/history/migration.ts";
import { spec } from "../plan/fixture.ts";

const now = new Date("2026-05-06T07:08:09.999Z");
const names = (existing: readonly string[], ...labels: string[]) => folderNames(labels, existing, now);

describe("a folder's label", () => {
  const setup = (table: string, model = "M") =>
    folderLabel({ transition: "setup", spec: { ...spec, table, model }, cutoverUniques: [] });

  it("has the transition, and the table if there is one", () => {
    expect(folderLabel({ transition: "install", checksum: "" })).toBe("partition_install");
    expect(folderLabel({ transition: "upgrade", checksum: "" })).toBe("partition_upgrade");
    expect(folderLabel({ transition: "uninstall" })).toBe("partition_uninstall");
    expect(setup("event_transactions")).toBe("partition_setup_event_transactions");
    expect(folderLabel({ transition: "rollback", spec, reached: spec })).toBe("partition_rollback_event_transactions");
    for (const transition of ["cleanup", "teardown", "release"] as const) {
      expect(folderLabel({ transition, spec })).toBe(`partition_${transition}_event_transactions`);
    }
  });

  it.each([
    ["EventLog", "eventlog"],
    ["Événements 2", "evenements_2"],
    ['../../"x"', "x"],
    ["_a__b_", "a_b"],
    ["表", "m"],
    ["x".repeat(200), "x".repeat(63)],
  ])("writes table %j as %s", (table, slug) => expect(setup(table)).toBe(`partition_setup_${slug}`));

  it("has something to say even if neither table nor model can be written", () => {
    expect(setup("表", "表")).toBe("partition_setup_table");
  });
});

describe("folder names", () => {
  it("start with the time in UTC, a second apart", () => {
    expect(names([], "a", "b")).toEqual(["20260506070809_a", "20260506070810_b"]);
  });

  it("carry over the end of a year", () => {
    const end = new Date("2026-12-31T23:59:59Z");
    expect(folderNames(["a", "b"], [], end)).toEqual(["20261231235959_a", "20270101000000_b"]);
  });

  it.each([
    ["earlier ones", ["0_init", "20200101000000_x"], "20260506070809_a"],
    ["one of the same second", ["20260506070809_zzz"], "20260506070810_a"],
    ["one in the future", ["20300101000000_x", "20260101000000_y"], "20300101000001_a"],
    ["one whose seconds overflow", ["20300101000099_x"], "20300101000140_a"],
    ["a bare timestamp", ["20300101000000"], "20300101000001_a"],
  ])("come after %s", (_, existing, first) => {
    const [emitted = ""] = names(existing, "a");
    expect(emitted).toBe(first);
    for (const name of existing) expect(byApplication(name, emitted)).toBeLessThan(0);
  });

  it.each(["init", "zz_last", "9_x", "202605060708091_fifteen_digits", "99991231235959_x", "20300001000000_x"])(
    "are refused after %s, which no timestamp follows",
    (name) => {
      expect(() => names(["20200101000000_x", name], "a")).toThrow(
        expect.objectContaining({ code: "EMIT_UNORDERED_FOLDER", message: expect.stringContaining(`"${name}"`) }),
      );
    },
  );

  it("do not care about unordered folders when nothing is to be emitted", () => {
    expect(names(["zz_last"])).toEqual([]);
  });
});
