import { describe, expect, it } from "vitest";
import { parseHeader } from "../../../generator/history/header.ts";
import type { Transition } from "../../../generator/plan/transition.ts";
import { headerLine } from "../../../generator/sql/header.ts";
import { packageVersion } from "../../../src/package-version.ts";
import { spec } from "../plan/fixture.ts";

const file = "migrations/20260101000000_x/migration.sql";
const header = (transition: string, fields: object) => ({ format: 1, transition, ...fields });
const parse = (sql: string) => parseHeader(sql, file);

describe("header", () => {
  it("is one line that reads back as what was written, whatever the names hold", () => {
    const odd = { ...spec, model: "A", table: 'it\'s\n"odd"\r\u2028--', key: "k\u0000" };
    const line = headerLine({ transition: "setup", spec: odd, cutoverUniques: [] });
    expect(line).not.toMatch(/[\r\n]/);
    expect(line).toMatch(/^-- prisma-partition \{"format":1,"transition":"setup","model":"A","schema":"billing",/);
    const { model, schema, table, ...rest } = odd;
    expect(parse(`${line}\nSELECT 1;`)).toMatchObject({ transition: "setup", model, schema, table, spec: rest });
  });

  it("says of each transition what a reader needs, and nothing else", () => {
    const { model, schema, table, ...rest } = { ...spec, keepOld: "7 days", weakenUnique: ["a_idx", "b_idx"] };
    const whole = { model, schema, table, ...rest };
    const names = { model, schema, table };
    const read = (transition: Transition) => parse(headerLine(transition));
    const checksum = "c";
    const version = packageVersion();
    expect(read({ transition: "install", checksum })).toEqual(header("install", { version, checksum }));
    expect(read({ transition: "upgrade", checksum })).toEqual(header("upgrade", { version, checksum }));
    expect(read({ transition: "uninstall" })).toEqual(header("uninstall", { version }));
    const stage = { ...names, spec: rest };
    expect(read({ transition: "setup", spec: whole, cutoverUniques: [] })).toEqual(header("setup", stage));
    expect(read({ transition: "cutover", spec: whole, cutoverUniques: [], reached: spec })).toEqual(
      header("cutover", stage),
    );
    expect(read({ transition: "rollback", spec: whole, reached: spec })).toEqual(header("rollback", stage));
    expect(read({ transition: "cleanup", spec: whole })).toEqual(header("cleanup", stage));
    const changes = { premake: 3 };
    expect(read({ transition: "alter", spec: whole, changes })).toEqual(header("alter", { ...names, changes }));
    expect(read({ transition: "teardown", spec: whole })).toEqual(header("teardown", names));
    expect(read({ transition: "release", spec: whole })).toEqual(header("release", names));
  });

  it("is read through a byte order mark, CRLF and fields of later versions", () => {
    const line = '-- prisma-partition {"format":1,"transition":"install","version":"9","checksum":"c","later":true}';
    expect(parse(`\uFEFF${line}\r\nSELECT 1;`)).toMatchObject({ transition: "install", checksum: "c" });
  });

  it.each(["", "-- CreateTable\n", "\n-- prisma-partition {}", "-- prisma-partitioner {", "-- prisma-partition2"])(
    "is not seen in %j",
    (sql) => expect(parse(sql)).toBeNull(),
  );

  it.each([
    "-- prisma-partition",
    '-- prisma-partition {"format":1,',
    "-- prisma-partition []",
    "-- prisma-partition {}",
    '-- prisma-partition {"format":"1","transition":"install"}',
    '-- prisma-partition {"format":1,"transition":"install"}',
    '-- prisma-partition {"format":1}',
    '-- prisma-partition {"format":1,"transition":"setup","model":"M","schema":null,"table":"t","spec":[]}',
    '-- prisma-partition {"format":1,"transition":"alter","model":"M","schema":null,"table":"t"}',
    '-- prisma-partition {"format":1,"transition":"rollback","model":"M","schema":null,"table":"t"}',
    '-- prisma-partition {"format":1,"transition":"cleanup","model":"M","schema":null,"table":"t"}',
    '-- prisma-partition {"format":1,"transition":"teardown","model":"M","schema":null}',
    '-- prisma-partition {"format":1,"transition":"release","schema":null,"table":"t"}',
    '-- prisma-partition {"format":1,"transition":"uninstall"}',
  ])("is damaged in %j, and the error names the file", (sql) => {
    expect(() => parse(sql)).toThrow(expect.objectContaining({ code: "HISTORY_DAMAGED_HEADER" }));
    expect(() => parse(sql)).toThrow(file);
  });

  it.each([
    '-- prisma-partition {"format":2,"transition":"setup"}',
    '-- prisma-partition {"format":1,"transition":"merge","model":"M","schema":null,"table":"t","spec":{}}',
    '-- prisma-partition {"format":1,"transition":"reinstall"}',
  ])("of a later version asks for an upgrade: %j", (sql) => {
    expect(() => parse(sql)).toThrow(expect.objectContaining({ code: "HISTORY_NEWER_FORMAT" }));
    expect(() => parse(sql)).toThrow(/Upgrade the package/);
  });
});
