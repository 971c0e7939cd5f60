import { describe, expect, it } from "vitest";
import { createdTables, tableExists } from "../../../generator/history/created-tables.ts";
import type { Migration } from "../../../generator/history/migration.ts";
import { createTable, emitted, spec } from "../plan/fixture.ts";

const migration = (sql: string | null): Migration => ({ ...createTable, sql });
const exists = (sql: string, schema: string | null = "billing", table = "events") =>
  tableExists(createdTables([migration(sql)]), schema, table);

describe("a table is created by", () => {
  it.each([
    'CREATE TABLE "billing"."events" (\n    "id" BIGSERIAL NOT NULL\n);',
    "create table if not exists billing . EVENTS (id int)",
    "CREATE UNLOGGED TABLE events (id int)",
    "CREATE TABLE events PARTITION OF x DEFAULT",
    "/* nested /* comments */ end */ CREATE /* here */ TABLE -- too\n events (id int);",
    'CREATE TABLE old (id int); ALTER TABLE IF EXISTS ONLY old RENAME TO "events";',
    "CREATE TABLE public.events (id int); ALTER TABLE public.events SET SCHEMA billing;",
    "DO $$ BEGIN IF true THEN CREATE TABLE billing.events (id int); END IF; END $$;",
    "DO LANGUAGE plpgsql $x$ BEGIN CREATE TABLE billing.events (id int); END $x$;",
    "CREATE TABLE events (id int); DROP TABLE events; CREATE TABLE events (id int);",
    "SELECT 'it''s -- no comment'; CREATE TABLE events (id int);",
    "SELECT E'\\' /*'; CREATE TABLE events (id int);",
  ])("%j", (sql) => expect(exists(sql)).toBe(true));
});

describe("a table is not created by", () => {
  it.each([
    "-- CREATE TABLE events (id int)",
    "/* CREATE TABLE events (id int) */",
    "/* unclosed CREATE TABLE events (id int)",
    "SELECT 'CREATE TABLE events (id int)';",
    "SELECT $$CREATE TABLE events (id int)$$;",
    "CREATE FUNCTION f() RETURNS void AS $$ BEGIN CREATE TABLE events (id int); END $$ LANGUAGE plpgsql;",
    'CREATE TABLE "Events" (id int);',
    "CREATE TABLE events_old (id int);",
    "CREATE TABLE other.events (id int);",
    "CREATE TEMP TABLE events (id int);",
    "CREATE INDEX events ON x (id);",
    "CREATE TABLE events (id int); DROP TABLE IF EXISTS x, events CASCADE;",
    "CREATE TABLE events (id int); ALTER TABLE events RENAME TO gone;",
    "CREATE TABLE x (a int); ALTER TABLE x RENAME COLUMN a TO events;",
    'ALTER TABLE x RENAME CONSTRAINT a TO "events";',
    "CREATE TABLE",
  ])("%j", (sql) => expect(exists(sql)).toBe(false));
});

it("matches a name without a schema, on either side", () => {
  expect(exists("CREATE TABLE events (id int)", "billing")).toBe(true);
  expect(exists("CREATE TABLE billing.events (id int)", null)).toBe(true);
});

it("does not count our own folders, nor one without a migration.sql", () => {
  const ours = emitted("20260104000000_partition_setup", { transition: "setup", spec, cutoverUniques: [] });
  expect(createdTables([{ ...ours, sql: "CREATE TABLE events (id int)" }, migration(null)])).toEqual([]);
});
