/**
 * Every migration that can be emitted is exactly one statement, a `DO` block, to PostgreSQL's own parser: so PostgreSQL
 * runs it in one transaction. And sqlparser, by which Prisma (since 7.4) decides whether to cut a script into
 * statements, cannot read it: so Prisma sends it as a whole.
 */
import { init, parse as sqlparser } from "@guanmingchiu/sqlparser-ts";
import { loadModule, parsePlPgSQLSync, parseSync } from "libpg-query";
import { beforeAll, describe, expect, it } from "vitest";
import { parseHeader } from "../../../generator/history/header.ts";
import type { Transition } from "../../../generator/plan/transition.ts";
import type { PartitionSpec, UniqueKey } from "../../../generator/spec.ts";
import { render } from "../../../generator/sql/render.ts";
import { installFunctions } from "../../../src/installation/install-functions.ts";
import { splitStatements } from "../../support/schema-engine/split-statements.ts";
import { spec as plain } from "../plan/fixture.ts";

beforeAll(async () => {
  await loadModule();
  await init();
});

const names = {
  plain: "event_transactions",
  quotes: `it's "quoted" \\ and ''doubled'' E'\\''`,
  dollars: "$$ $1 $json$ $fn$ $",
  "the tag of the JSON": "$json$",
  unicode: "événements 表 🐘",
  "a reserved word": "select",
  "a line break": "two\nlines\r\nand; DROP TABLE x; --",
  "comment marks": "/* -- */ --",
  "template marks": "{{literal}} {{{x}}} {{/if}}",
  "63 bytes": "x".repeat(63),
  spaces: "  a  table ",
};

/** A table in which everything that has a name has this one. */
function named(name: string): PartitionSpec {
  const uniques: UniqueKey[] = [
    { kind: "id", name: `${name}_pkey`, columns: [name] },
    { kind: "unique", name: `${name}_key`, columns: [name, `${name} 2`] },
  ];
  const texts = {
    model: "Model",
    schema: name,
    table: name,
    key: `${name} 3`,
    cronNodename: name,
    weakenUnique: [name],
  };
  return { ...plain, ...texts, identity: [name], uniques };
}

const kinds: Partial<PartitionSpec>[] = [
  { schema: null },
  { kind: "timestamp", interval: "1 day", start: "2020-01-01T00:00:00Z", retention: "24 months", onExpire: "drop" },
  { kind: "date", interval: "1 year", maintenance: "builtin", scheduler: "none" },
  { kind: "integer", interval: "100000", start: "-9223372036854775808", retention: "1000000", keepOld: "7 days" },
  { kind: "uuid7", key: "id", schedule: { backfill: "5 seconds", maintenance: "0 0 $ * *" } },
  { kind: "ulid", key: "id", maintenance: "partman", scheduler: "pg_cron" },
];

function transitions(spec: PartitionSpec): Transition[] {
  const cutoverUniques = spec.uniques.map((unique) => ({ ...unique, columns: [...unique.columns, spec.key] }));
  const after: PartitionSpec = { ...spec, stage: "cutover", uniques: cutoverUniques };
  return [
    { transition: "setup", spec, cutoverUniques },
    {
      transition: "alter",
      spec,
      changes: { model: "Other", schedule: spec.schedule, cronNodename: spec.cronNodename },
    },
    { transition: "cutover", spec: after, cutoverUniques, reached: spec },
    { transition: "rollback", spec, reached: after },
    { transition: "teardown", spec },
    { transition: "cleanup", spec: { ...after, stage: "cleanup" } },
    { transition: "release", spec: after },
  ];
}

const files: [string, Transition][] = [
  ["install", { transition: "install", checksum: "abc" }],
  ["upgrade", { transition: "upgrade", checksum: "abc" }],
  ["uninstall", { transition: "uninstall" }],
  ...Object.entries(names).flatMap(([title, name]) =>
    transitions(named(name)).map((each): [string, Transition] => [`${each.transition}, ${title}`, each]),
  ),
  ...kinds.flatMap((kind) =>
    transitions({ ...plain, ...kind }).map((each): [string, Transition] => [
      `${each.transition}, ${JSON.stringify(kind)}`,
      each,
    ]),
  ),
];

describe.each(files)("%s", (_, transition) => {
  const text = render(transition, "20260506070809_partition");

  it("is one DO block", () => {
    expect(statements(text)).toEqual(["DoStmt"]);
  });

  it("holds nothing but PL/pgSQL and SQL that PostgreSQL's parser accepts", () => {
    expect(() => checkBodies(text)).not.toThrow();
  });

  it("is sent as a whole: sqlparser does not know it", async () => {
    expect(() => sqlparser(text, "postgresql")).toThrow();
    expect(await splitStatements(text)).toBeUndefined();
  });

  it("opens with what it does, what it locks and how to recover", () => {
    expect(text).toMatch(
      /^(--.*\n)*-- What it does {3}\S.*\n(--.*\n)*-- Locks {10}\S.*\n(--.*\n)*-- If it fails {4}\S/,
    );
    expect(text).toContain("migrate resolve --rolled-back 20260506070809_partition && npx prisma migrate deploy");
  });

  it("has a header that says all of it again", () => {
    expect(parseHeader(text, "x")).toMatchObject(
      "spec" in transition
        ? { transition: transition.transition, schema: transition.spec.schema, table: transition.spec.table }
        : transition,
    );
  });
});

it("install: each function's body has been read", () => {
  const written = installFunctions().flatMap(
    ({ sql }) => sql.match(/^\S.*\bLANGUAGE plpgsql\b|^LANGUAGE plpgsql\b/gm) ?? [],
  );
  expect(checkBodies(render({ transition: "install", checksum: "" }, "x"))).toBe(written.length + 1);
});

it("a broken body would be noticed", () => {
  const broken =
    "DO $a$ BEGIN CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $b$ BEGIN RETURN 1 +; END $b$; END $a$;";
  expect(statements(broken)).toEqual(["DoStmt"]);
  expect(() => checkBodies(broken)).toThrow(/syntax error/);
});

/** The kinds of the statements of a script, in order. */
function statements(sql: string): string[] {
  return (parseSync(sql).stmts ?? []).flatMap(({ stmt }) => Object.keys(stmt ?? {}));
}

/**
 * Parses the PL/pgSQL body of a `DO` or a function, and in it every statement; those that create functions likewise.
 *
 * @returns how many bodies were read
 */
function checkBodies(sql: string): number {
  let bodies = 1;
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === "PLpgSQL_stmt_execsql") {
        const { query } = value.sqlstmt.PLpgSQL_expr;
        expect(statements(query)).toHaveLength(1);
        if (/\bLANGUAGE plpgsql\b/.test(query)) bodies += checkBodies(query);
      } else {
        visit(value);
      }
    }
  };
  visit(parsePlPgSQLSync(sql));
  return bodies;
}
