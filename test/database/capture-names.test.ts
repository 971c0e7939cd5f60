/** What columns are named and of which types they are: identities and keys that capture and replay could trip over. */
import { afterEach, describe, expect, inject, test } from "vitest";
import { Conversion } from "../support/convert.ts";
import type { ProvidedServer } from "../support/global-setup.ts";

let conversion: Conversion | undefined;
afterEach(async () => {
  await conversion?.drop();
  conversion = undefined;
});

/** There and back, and every kind of write at each stage. */
async function roundTrip(server: ProvidedServer, columns: [id: string, key: string], ddl: string): Promise<void> {
  const [id, key] = columns.map((name) => `"${name}"`);
  const [first = "", second = ""] = columns;
  const c = await Conversion.create(server, ddl, { table: "t", key: second, uniques: [[first]] });
  conversion = c;
  let next = 1000;
  const write = async () => {
    await c.query(`UPDATE app.t SET v = -v WHERE v % 3 = 0;
      UPDATE app.t SET ${key} = ${key} - interval '1 month' WHERE v % 3 = 1;
      DELETE FROM app.t WHERE ${id} IN (SELECT ${id} FROM app.t ORDER BY ${key} LIMIT 2);
      INSERT INTO app.t (${id}, ${key}, v) SELECT make_id(n), now(), n FROM generate_series(${next + 1}, ${next + 3}) n`);
    next += 3;
  };
  const same = async (other: string) => {
    await c.work();
    expect(await c.differences(c.name, other)).toEqual([]);
  };
  await c.setup();
  await write();
  await same(c.shadow);
  await write();
  await same(c.shadow);
  await c.query(
    `TRUNCATE app.t; INSERT INTO app.t (${id}, ${key}, v) SELECT make_id(n), now() - n * interval '1 day', n FROM generate_series(1, 40) n`,
  );
  await write();
  await same(c.shadow);
  await c.cutover();
  await write();
  await same(c.old);
  await c.rollback();
  await write();
  await same(c.shadow);
}

const table = (id: string, key: string, type: string, make: string, before = "") => `${before}
  CREATE FUNCTION public.make_id(n integer) RETURNS ${type} LANGUAGE sql AS $$ SELECT ${make} $$;
  CREATE TABLE app.t ("${id}" ${type} PRIMARY KEY, "${key}" timestamptz NOT NULL, v integer);
  INSERT INTO app.t SELECT make_id(n), now() - n * interval '1 day', n FROM generate_series(1, 40) n`;

const NAMES: [string, string][] = [
  ["p", "d"],
  ["found", "tg_op"],
  ["new", "old"],
  ["tg_argv", "found"],
  ["d", "p"],
  ["new_rows", "old_rows"],
];

const TYPES: [title: string, type: string, make: string, ddl: string][] = [
  ["a domain that is NOT NULL", "app.ident", "n::app.ident", "CREATE DOMAIN app.ident AS bigint NOT NULL"],
  [
    "a domain over a domain, with a check and a default",
    "app.ident",
    "('id ' || n)::app.ident",
    `CREATE DOMAIN app.base AS varchar(20) DEFAULT 'none'; CREATE DOMAIN app.ident AS app.base CHECK (VALUE IS NOT NULL AND VALUE <> '')`,
  ],
  ["a character type of a certain length", "char(8)", "n::text::char(8)", ""],
  [
    "a domain over a type of an extension",
    "app.ident",
    "(CASE WHEN n % 2 = 0 THEN 'A' ELSE 'a' END || n)::app.ident",
    "CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext; CREATE DOMAIN app.ident AS ext.citext",
  ],
];

for (const server of inject("servers")) {
  describe(server.name, () => {
    test.each(NAMES)("columns named %s and %s", (id, key) =>
      roundTrip(server, [id, key], table(id, key, "bigint", "n::bigint")),
    );

    test.each(TYPES)("identity of %s", (_, type, make, ddl) =>
      roundTrip(server, ["id", "at"], table("id", "at", type, make, ddl && `${ddl};`)),
    );

    test("an identity whose case changes is another row under its type's equality only if its type says so", async () => {
      const ddl = "CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext; CREATE DOMAIN app.ident AS ext.citext;";
      const c = await Conversion.create(server, table("id", "at", "app.ident", "('a' || n)::app.ident", ddl), {
        table: "t",
        key: "at",
        uniques: [["id"]],
      });
      conversion = c;
      await c.setup();
      await c.work();
      await c.query("UPDATE app.t SET id = 'A5' WHERE v = 5");
      await c.work();
      expect(await c.differences(c.name, c.shadow)).toEqual([]);
      await c.cutover();
      await c.query("UPDATE app.t SET id = 'A6' WHERE v = 6");
      await c.work();
      expect(await c.differences()).toEqual([]);
    });
  });
}
