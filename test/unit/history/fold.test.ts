import { describe, expect, it } from "vitest";
import { foldHistory } from "../../../generator/history/fold.ts";
import { tableKey } from "../../../generator/history/history.ts";
import { createTable, cutoverSpec, emitted, spec } from "../plan/fixture.ts";

const install = emitted("20260102000000_partition_install", { transition: "install", version: "1.0.0", checksum: "a" });
const upgrade = emitted("20260103000000_partition_upgrade", { transition: "upgrade", version: "1.1.0", checksum: "b" });
const setup = emitted("20260104000000_partition_setup", { transition: "setup", spec, cutoverUniques: [] });
const alter = emitted("20260105000000_partition_alter", {
  transition: "alter",
  spec: { ...spec, premake: 24 },
  changes: { premake: 24 },
});
const cutover = emitted("20260106000000_partition_cutover", {
  transition: "cutover",
  spec: { ...cutoverSpec, premake: 24 },
  cutoverUniques: [],
  reached: spec,
});
const fold = (...migrations: Parameters<typeof foldHistory>[0]) => foldHistory(migrations);
const reached = (history: ReturnType<typeof fold>) => history.tables.get(tableKey(spec));

describe("folding the history", () => {
  it("of nothing reaches nothing", () => {
    expect(fold()).toEqual({ installed: null, tables: new Map(), created: [], folders: [] });
  });

  it("keeps the last installed checksum", () => {
    expect(fold(install).installed).toEqual({ checksum: "a", version: "1.0.0", folder: install.name });
    expect(fold(install, upgrade).installed?.checksum).toBe("b");
  });

  it("goes from setup over alter to cutover, and knows every folder", () => {
    expect(reached(fold(createTable, install, setup))?.spec).toEqual(spec);
    expect(reached(fold(createTable, install, setup, alter))?.spec).toEqual({ ...spec, premake: 24 });
    const history = fold(createTable, install, setup, alter, cutover);
    expect(reached(history)).toEqual({
      spec: { ...cutoverSpec, premake: 24 },
      folders: [setup.name, alter.name, cutover.name],
    });
    expect(history.folders).toEqual([createTable, install, setup, alter, cutover].map(({ name }) => name));
    expect(history.created).toEqual([{ schema: "billing", table: "event_transactions" }]);
  });

  it("follows a renamed model by its table", () => {
    const renamed = emitted("20260107000000_partition_alter", {
      transition: "alter",
      spec: { ...spec, model: "Transaction" },
      changes: { model: "Transaction" },
    });
    const history = fold(setup, renamed);
    expect(history.tables.size).toBe(1);
    expect(reached(history)?.spec).toEqual({ ...spec, model: "Transaction" });
  });

  it.each([
    ["a second setup", [setup, { ...setup, name: "20260108000000_other_branch" }], /20260104000000_partition_setup/],
    ["an alter before the setup", [alter], /restore it/],
    ["a cutover before the setup", [cutover], /restore it/],
    ["a setup after the cutover", [setup, cutover, setup], /delete the one/],
    ["a second cutover", [setup, cutover, cutover], /restore it/],
  ])("refuses %s", (_, migrations, message) => {
    expect(() => fold(...migrations)).toThrow(expect.objectContaining({ code: "HISTORY_INCONSISTENT" }));
    expect(() => fold(...migrations)).toThrow(message);
  });
});
