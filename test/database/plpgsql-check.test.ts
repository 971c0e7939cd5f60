/**
 * Every PL/pgSQL function of schema prisma_partition, the generated ones too, as plpgsql_check sees it: the names, types
 * and columns of each statement are looked up, also in branches that no test reaches.
 */
import { afterEach, describe, expect, inject, test } from "vitest";
import { Conversion } from "../support/convert.ts";
import { TEST_DATABASE } from "../support/servers/index.ts";

/** What is said and is no mistake. */
const ACCEPTED = [
  // SQL that is built when it runs cannot be looked into.
  /: OUT variable .* is maybe unmodified — cannot to determine result of dynamic SQL$/,
  /: routine is marked as VOLATILE, should be STABLE — attention: cannot to determine volatility of used dynamic SQL$/,
  // Assignments do cast, and these run once in a while.
  /: target type is different type than source type/,
  // The name of an index, for an error message, is what the catalog says it is.
  /^widen_definition: routine is marked as STABLE, should be IMMUTABLE$/,
  // Every step of a migration is told which table it is for.
  /^wait_for_snapshots: unused parameter "p_table"$/,
];

/** A trigger function is checked against each table that has it as a trigger. A drain of the way not taken now is dead. */
const CHECK = `
  SELECT DISTINCT p.proname || ': ' || concat_ws(' — ', c.message, c.detail) AS finding
  FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang AND l.lanname = 'plpgsql'
  LEFT JOIN (SELECT DISTINCT tgfoid, tgrelid, tgoldtable, tgnewtable FROM pg_trigger WHERE tgparentid = 0 AND NOT tgisinternal) g ON g.tgfoid = p.oid
  CROSS JOIN prisma_partition.tables t
  CROSS JOIN LATERAL plpgsql_check_function_tb(p.oid,
    CASE WHEN p.prorettype = 'trigger'::regtype THEN coalesce(g.tgrelid, 'app.events'::regclass) ELSE 0 END, fatal_errors => false,
    oldtable => g.tgoldtable, newtable => g.tgnewtable,
    other_warnings => true, extra_warnings => true, performance_warnings => true) c
  WHERE p.pronamespace = 'prisma_partition'::regnamespace
    AND p.proname <> CASE t.stage WHEN 'setup' THEN 'drain_1_reverse' ELSE 'drain_1_forward' END
  ORDER BY 1`;

let conversion: Conversion | undefined;
afterEach(async () => {
  await conversion?.drop();
  conversion = undefined;
});

/** In a session of its own: where plpgsql_check 2.3 is loaded, statements may fail that are right ("unrecognized node type"). */
async function findings(c: Conversion): Promise<string[]> {
  const checker = await c.connect();
  await checker.query("CREATE EXTENSION IF NOT EXISTS plpgsql_check");
  const found = (await checker.query<{ finding: string }>(CHECK)).rows.map(({ finding }) => finding);
  return found.filter((finding) => !ACCEPTED.some((accepted) => accepted.test(finding)));
}

const functionNames = async (c: Conversion) =>
  (
    await c.query<{ name: string }>(
      `SELECT proname AS name FROM pg_proc WHERE pronamespace = 'prisma_partition'::regnamespace`,
    )
  ).map(({ name }) => name);

/** PostgreSQL's own checks, where there is no extension: bodies are compiled again, and shadowed names are errors. */
for (const server of inject("servers")) {
  test(`${server.name}: every function compiles under PL/pgSQL's extra checks`, async () => {
    conversion = await Conversion.create(
      server,
      "CREATE TABLE app.events (id bigint PRIMARY KEY, at timestamptz NOT NULL)",
      {
        table: "events",
        key: "at",
        uniques: [["id"]],
      },
    );
    const c = conversion;
    await c.convert();
    await c.query("SET plpgsql.extra_errors = 'all'");
    const definitions = await c.query<{ definition: string }>(
      `SELECT pg_get_functiondef(p.oid) AS definition FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
       WHERE p.pronamespace = 'prisma_partition'::regnamespace AND l.lanname = 'plpgsql'`,
    );
    expect(definitions.length).toBeGreaterThan(50);
    for (const { definition } of definitions) await c.query(definition);
    await expect(
      c.query(
        "CREATE FUNCTION app.shadows() RETURNS void LANGUAGE plpgsql AS $$ DECLARE x int; BEGIN DECLARE x int; BEGIN x := 1; END; END $$",
      ),
    ).rejects.toThrow(/shadows a previously defined variable/);
  });
}

for (const server of inject("servers").filter(({ extensions }) => extensions)) {
  describe.each([true, false])(`${server.name}, pg_partman: %s`, (partman) => {
    // pg_cron's functions exist in that database only.
    const start = async () => {
      conversion = await Conversion.create(
        server,
        `CREATE TABLE app.events (id bigint PRIMARY KEY, at timestamptz NOT NULL, code text NOT NULL);
         INSERT INTO app.events SELECT n, now() - n * interval '1 day', n FROM generate_series(1, 100) n`,
        { table: "events", key: "at", uniques: [["id"]] },
        TEST_DATABASE,
      );
      if (!partman) await conversion.query("DROP EXTENSION pg_partman; DROP SCHEMA partman");
      await conversion.setup();
      return conversion;
    };

    test("no function has a mistake, before and after cutover", async () => {
      const c = await start();
      await c.work();
      expect(await findings(c)).toEqual([]);
      expect(await functionNames(c)).toEqual(
        expect.arrayContaining(["work", "capture_1", "capture_1_update", "drain_1_forward"]),
      );
      await c.cutover();
      await c.work();
      expect(await findings(c)).toEqual([]);
      expect(await functionNames(c)).toEqual(expect.arrayContaining(["drain_1_reverse", "refuse_old_snapshot"]));
    });

    test("a mistake in each kind of function is found", async () => {
      const c = await start();
      await c.work();
      for (const [name, from, to] of [
        ["capture_1", "NEW.id", "NEW.ident"],
        ["capture_1_insert", "SELECT id", "SELECT ident"],
        ["drain_1_forward", "s.code", "s.kode"],
      ] as const) {
        const definition = await c.value<string>(
          `SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname = '${name}'`,
        );
        await c.query(definition.replace(from, to));
      }
      await c.query(
        `CREATE FUNCTION prisma_partition.planted() RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
         BEGIN
           IF false THEN RETURN (SELECT tablename FROM prisma_partition.tables); END IF;
           RETURN NULL;
         END $$;
         CREATE PROCEDURE prisma_partition.planted_too() LANGUAGE plpgsql AS $$
         BEGIN
           PERFORM prisma_partition.no_such_function();
         END $$`,
      );
      expect((await findings(c)).map((finding) => finding.split(" — ")[0])).toEqual([
        'capture_1: record "new" has no field "ident"',
        'capture_1_insert: column "ident" does not exist',
        "drain_1_forward: column s.kode does not exist",
        'planted: column "tablename" does not exist',
        "planted_too: function prisma_partition.no_such_function() does not exist",
      ]);
    });
  });
}
