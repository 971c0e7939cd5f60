import { describe, expect, it } from "vitest";
import { foldHistory } from "../../../generator/history/fold.ts";
import type { HeaderSpec, StageHeader } from "../../../generator/history/header.ts";
import { tableKey } from "../../../generator/history/history.ts";
import type { Migration } from "../../../generator/history/migration.ts";
import type { PartitionSpec } from "../../../generator/spec.ts";
import { render } from "../../../generator/sql/render.ts";
import { installFunctions } from "../../../src/installation/install-functions.ts";
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
const cleanupSpec: PartitionSpec = { ...cutoverSpec, stage: "cleanup", premake: 24 };
const rollback = emitted("20260107000000_partition_rollback", { transition: "rollback", spec, reached: cutoverSpec });
const cleanup = emitted("20260108000000_partition_cleanup", { transition: "cleanup", spec: cleanupSpec });
const teardown = emitted("20260109000000_partition_teardown", { transition: "teardown", spec });
const release = emitted("20260110000000_partition_release", { transition: "release", spec: cleanupSpec });
const uninstall = emitted("20260111000000_partition_uninstall", { transition: "uninstall" });
const fold = (...migrations: Parameters<typeof foldHistory>[0]) => foldHistory(migrations);
const reached = (history: ReturnType<typeof fold>) => history.tables.get(tableKey(spec));

describe("folding the history", () => {
  it("of nothing reaches nothing", () => {
    expect(fold()).toEqual({ installed: null, tables: new Map(), created: [], folders: [] });
  });

  it("keeps the last installed checksum", () => {
    expect(fold(install).installed).toEqual({
      checksum: "a",
      version: "1.0.0",
      folder: install.name,
      canRemove: false,
    });
    expect(fold(install, upgrade).installed?.checksum).toBe("b");
  });

  it("knows whether the installed functions can remove themselves", () => {
    const transition = { transition: "upgrade", checksum: "c" } as const;
    const today: Migration = { ...upgrade, sql: render(transition, upgrade.name) };
    expect(fold(install, today).installed?.canRemove).toBe(installFunctions().some(({ name }) => name === "uninstall"));
    const sql = `${today.sql}\nCREATE OR REPLACE FUNCTION prisma_partition.uninstall()\n`;
    expect(fold(install, { ...today, sql }).installed?.canRemove).toBe(true);
  });

  it("goes from setup over alter to cutover, and knows every folder", () => {
    expect(reached(fold(createTable, install, setup))?.spec).toEqual(spec);
    expect(reached(fold(createTable, install, setup, alter))?.spec).toEqual({ ...spec, premake: 24 });
    const history = fold(createTable, install, setup, alter, cutover);
    expect(reached(history)).toEqual({
      spec: { ...cutoverSpec, premake: 24 },
      setup: spec,
      reachedBy: cutover.name,
      folders: [setup.name, alter.name, cutover.name],
    });
    expect(history.folders).toEqual([createTable, install, setup, alter, cutover].map(({ name }) => name));
    expect(history.created).toEqual([{ schema: "billing", table: "event_transactions" }]);
  });

  it("goes back to setup, and to another cutover from there", () => {
    expect(reached(fold(install, setup, cutover, rollback))).toEqual({
      spec,
      setup: spec,
      reachedBy: rollback.name,
      folders: [setup.name, cutover.name, rollback.name],
    });
    expect(reached(fold(install, setup, cutover, rollback, cutover))?.spec.stage).toBe("cutover");
  });

  it("goes on to cleanup, where an alter is an alter still", () => {
    const later = emitted("20260112000000_x", { transition: "alter", spec: cleanupSpec, changes: { premake: 5 } });
    expect(reached(fold(install, setup, cutover, cleanup, later))).toEqual({
      spec: { ...cleanupSpec, premake: 5 },
      setup: spec,
      reachedBy: cleanup.name,
      folders: [setup.name, cutover.name, cleanup.name, later.name],
    });
  });

  it.each([
    ["a teardown", [setup, teardown]],
    ["a release", [setup, cutover, cleanup, release]],
  ])("has no table after %s, and can set it up anew", (_, folders) => {
    expect(fold(install, ...folders).tables).toEqual(new Map());
    const again = { ...setup, name: "20260113000000_partition_setup" };
    expect(reached(fold(install, ...folders, again))).toEqual({
      spec,
      setup: spec,
      reachedBy: again.name,
      folders: [again.name],
    });
  });

  it("has nothing installed after an uninstall, until the next install", () => {
    expect(fold(install, setup, teardown, uninstall)).toMatchObject({ installed: null, tables: new Map() });
    const again = { ...install, name: "20260113000000_partition_install" };
    const history = fold(install, setup, teardown, uninstall, again, { ...setup, name: "20260114000000_s" });
    expect(history.installed?.folder).toBe(again.name);
    expect(reached(history)?.spec).toEqual(spec);
  });

  it("reads folders from before keepOld and weakenUnique", () => {
    const old = (folder: typeof setup) => {
      const { keepOld: _, weakenUnique: __, ...rest } = (folder.header as StageHeader).spec;
      return { ...folder, header: { ...(folder.header as StageHeader), spec: rest as HeaderSpec } };
    };
    expect(reached(fold(install, old(setup)))).toMatchObject({ spec, setup: spec });
    expect(reached(fold(install, old(setup), old(cutover)))?.spec).toEqual({ ...cutoverSpec, premake: 24 });
    const kept = emitted("20260105000000_s", {
      transition: "setup",
      spec: { ...spec, keepOld: "7 days" },
      cutoverUniques: [],
    });
    expect(reached(fold(install, kept))?.spec.keepOld).toBe("7 days");
  });

  it("follows a renamed model by its table", () => {
    const renamed = emitted("20260107000000_partition_alter", {
      transition: "alter",
      spec: { ...spec, model: "Transaction" },
      changes: { model: "Transaction" },
    });
    const history = fold(install, setup, renamed);
    expect(history.tables.size).toBe(1);
    expect(reached(history)?.spec).toEqual({ ...spec, model: "Transaction" });
  });
});

describe("every transition from every stage", () => {
  const stages = {
    none: [],
    setup: [setup],
    cutover: [setup, cutover],
    cleanup: [setup, cutover, cleanup],
  };
  const leadsTo = {
    setup: { none: "setup" },
    alter: { setup: "setup", cutover: "cutover", cleanup: "cleanup" },
    cutover: { setup: "cutover" },
    rollback: { cutover: "setup" },
    cleanup: { cutover: "cleanup" },
    teardown: { setup: "none" },
    release: { cleanup: "none" },
    uninstall: { none: "none" },
  } as const;
  const folders = { setup, alter, cutover, rollback, cleanup, teardown, release, uninstall };
  type Name = keyof typeof folders;
  type From = keyof typeof stages;

  const cases = (Object.keys(folders) as Name[]).flatMap((name) =>
    (Object.keys(stages) as From[]).map((from): [Name, From, string | undefined] => [
      name,
      from,
      (leadsTo[name] as Partial<Record<From, string>>)[from],
    ]),
  );

  it.each(cases)("%s from %s: %s", (name, from, to) => {
    const history = () => fold(createTable, install, ...stages[from], { ...folders[name], name: `2027_${name}` });
    if (to !== undefined) {
      expect(reached(history())?.spec.stage ?? "none").toBe(to);
      return;
    }
    expect(history).toThrow(expect.objectContaining({ code: "HISTORY_INCONSISTENT" }));
    expect(history).toThrow(new RegExp(`2027_${name} .*(delete the one|restore it|delete the folder)`));
  });

  it("but the install is refused after an uninstall, naming both folders", () => {
    const merged = () => fold(install, uninstall, setup);
    expect(merged).toThrow(expect.objectContaining({ code: "HISTORY_INCONSISTENT" }));
    expect(merged).toThrow(/20260104000000_partition_setup needs .* 20260111000000_partition_uninstall .*delete/);
    expect(merged).toThrow(/`…_partition_install`, it is missing: restore it/);
  });

  it("and nothing is accepted before the first install", () => {
    const lost = () => fold(createTable, setup, cutover);
    expect(lost).toThrow(expect.objectContaining({ code: "HISTORY_INCONSISTENT" }));
    expect(lost).toThrow(/20260104000000_partition_setup needs .*install.* is missing\. Restore it/);
  });
});
