import { expect, test } from "vitest";
import { splitAtSemicolons, splitStatements } from "../support/schema-engine/split-statements.ts";

const texts = (script: string) => splitAtSemicolons(script).map(({ text }) => text.trim());

test.each([
  ["", []],
  [" ;; -- nothing; here\n ; /* nor ; /* here; */ ; */ ", []],
  ["SELECT 1", ["SELECT 1"]],
  ["SELECT 1;\nSELECT 2;", ["SELECT 1", "SELECT 2"]],
  ["SELECT ';', 'it''s;', \";\"\";\"; SELECT 2", ["SELECT ';', 'it''s;', \";\"\";\"", "SELECT 2"]],
  ["SELECT E'\\';', 'a\\'; SELECT 2", ["SELECT E'\\';', 'a\\'", "SELECT 2"]],
  ["SELECT $$;$$, $a$;$b$;$$;$a$; SELECT 2", ["SELECT $$;$$, $a$;$b$;$$;$a$", "SELECT 2"]],
  ["SELECT a$b$ FROM t; SELECT c$b$ FROM t", ["SELECT a$b$ FROM t", "SELECT c$b$ FROM t"]],
  ["SELECT $1; SELECT $2", ["SELECT $1", "SELECT $2"]],
  ["-- ;'\nSELECT 1 /* ; /* ' */ ; */; SELECT 2 -- ;", ["-- ;'\nSELECT 1 /* ; /* ' */ ; */", "SELECT 2 -- ;"]],
] as [string, string[]][])("%j", (script, expected) => {
  expect(texts(script)).toEqual(expected);
});

test("offsets count characters, as PostgreSQL does", () => {
  expect(splitAtSemicolons("SELECT '😀';SELECT 2").map(({ offset }) => offset)).toEqual([0, 11]);
});

test("a script is split when sqlparser understands all of it", async () => {
  const script = `-- first
CREATE TABLE a (id int PRIMARY KEY, note text DEFAULT ';');
CREATE FUNCTION f() RETURNS trigger AS $f$ BEGIN RETURN NEW; END $f$ LANGUAGE plpgsql;
CREATE INDEX CONCURRENTLY i ON a (note);`;
  expect(await splitStatements(script)).toHaveLength(3);
});

test.each([
  "DO $$ BEGIN NULL; END $$",
  "CREATE TABLE b (LIKE a INCLUDING ALL)",
  "ALTER TABLE a ATTACH PARTITION b FOR VALUES FROM (1) TO (2)",
  "LOCK TABLE a IN SHARE MODE",
  "ALTER TABLE a SET SCHEMA archive",
  "ALTER SEQUENCE s OWNED BY a.id",
  "DROP INDEX CONCURRENTLY i",
])("a script with `%s` is not", async (statement) => {
  expect(await splitStatements(`SELECT 1; ${statement};`)).toBeUndefined();
});
