/** What holds on to the table itself follows its name through the swap, or is refused by name. */
import { afterEach, describe, expect, inject, test } from "vitest";
import { Conversion, type TableSpec } from "../support/convert.ts";
import { plain } from "../support/refusals-at-setup.ts";
import { type Refusal, refusedThenMended } from "../support/refused.ts";

const refusals: Refusal[] = [
  {
    title: "a materialized view",
    ddl: `${plain}; CREATE MATERIALIZED VIEW app.mv AS SELECT v FROM app.t`,
    message: /materialized view app\.mv would go on reading the old table/,
  },
  {
    title: "a view that groups by the primary key",
    ddl: `${plain}; CREATE VIEW app.grouped AS SELECT id, at, count(*) FROM app.t GROUP BY id`,
    message: /view app\.grouped relies on t_pkey, which will contain at as well/,
  },
  {
    title: "a function that conflicts on the primary key",
    ddl: `${plain}; CREATE FUNCTION app.f() RETURNS void LANGUAGE sql BEGIN ATOMIC INSERT INTO app.t (at) VALUES (now()) ON CONFLICT ON CONSTRAINT t_pkey DO NOTHING; END`,
    message: /function app\.f\(\) relies on t_pkey/,
  },
  {
    title: "a temporary view",
    ddl: `${plain}; CREATE TEMP VIEW mine AS SELECT v FROM app.t`,
    message: /view mine is temporary/,
  },
  {
    title: "a view of somebody else's",
    role: true,
    ddl: `${plain}; CREATE ROLE other_%role; CREATE VIEW app.v AS SELECT v FROM app.t; ALTER VIEW app.v OWNER TO other_%role; ALTER TABLE app.t OWNER TO %role`,
    message: /view app\.v would have to follow the table, and role migrator_\w+ is not a member of its owner/,
  },
  {
    title: "a view in a schema where it cannot be replaced",
    role: true,
    ddl: `${plain}; CREATE SCHEMA far; CREATE VIEW far.v AS SELECT v FROM app.t; ALTER VIEW far.v OWNER TO %role; ALTER TABLE app.t OWNER TO %role`,
    message: /view far\.v would have to follow the table, and role migrator_\w+ may not create anything in its schema/,
  },
  {
    title: "a function of its row type",
    ddl: `${plain}; CREATE FUNCTION app.label(app.t) RETURNS text LANGUAGE sql AS 'SELECT $1.s'`,
    message: /function app\.label\(app\.t\) is of its row type/,
  },
  {
    title: "a column of its row type",
    ddl: `${plain}; CREATE TABLE app.log (old app.t)`,
    message: /column old of table app\.log is of its row type/,
  },
  {
    title: "a column of an array of its row type",
    ddl: `${plain}; CREATE TABLE app.log (old app.t[])`,
    message: /column old of table app\.log is of its row type/,
  },
  {
    title: "a view with a column of its row type",
    ddl: `${plain}; CREATE VIEW app.whole AS SELECT t FROM app.t`,
    message: /column t of view app\.whole is of its row type/,
  },
  {
    title: "a constraint trigger of another table",
    ddl: `${plain}; CREATE TABLE app.o (v integer); CREATE FUNCTION app.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
      CREATE CONSTRAINT TRIGGER g AFTER INSERT ON app.o FROM app.t FOR EACH ROW EXECUTE FUNCTION app.f()`,
    message: /trigger g on table app\.o refers to it/,
  },
  {
    title: "a view of ONLY the table",
    ddl: `${plain}; CREATE VIEW app.v AS SELECT v FROM ONLY app.t`,
    message: /view app\.v says ONLY app\.t, .* none of a partitioned one: take ONLY away/,
  },
  {
    title: "ONLY, deep in a view that says it of another table as well",
    ddl: `${plain}; CREATE TABLE app.o (v integer);
      CREATE VIEW app.v AS WITH n AS (SELECT o.v FROM ONLY app.o WHERE EXISTS (SELECT FROM app.t JOIN ONLY app.t x TABLESAMPLE bernoulli (50) USING (id))) TABLE n`,
    message: /view app\.v says ONLY app\.t/,
  },
  {
    title: "ONLY a table with an odd name",
    ddl: `CREATE TABLE app."T.[x]* ""q\\" (id bigint PRIMARY KEY, at timestamptz NOT NULL); CREATE VIEW app.v AS SELECT id FROM ONLY app."T.[x]* ""q\\"`,
    table: { table: 'T.[x]* "q\\' },
    message: /view app\.v says ONLY app\."T/,
  },
  {
    title: "functions that write to ONLY the table, or read it for an INSERT",
    ddl: `${plain}; CREATE FUNCTION app.f1() RETURNS void LANGUAGE sql BEGIN ATOMIC UPDATE ONLY app.t SET v = 1; END;
      CREATE FUNCTION app.f2() RETURNS void LANGUAGE sql BEGIN ATOMIC DELETE FROM ONLY app.t; END;
      CREATE PROCEDURE app.f3() BEGIN ATOMIC INSERT INTO app.t (at) SELECT at FROM ONLY app.t; END`,
    message: /function app\.f1\(\) says ONLY[\s\S]*function app\.f2\(\) says ONLY[\s\S]*function app\.f3\(\) says ONLY/,
  },
  {
    title: "a policy and a rule that read ONLY the table",
    ddl: `${plain}; CREATE TABLE app.o (v integer); CREATE POLICY p ON app.o USING (true) WITH CHECK (v IN (SELECT v FROM ONLY app.t));
      CREATE VIEW app.w AS SELECT v FROM app.o; CREATE RULE r AS ON INSERT TO app.w DO INSTEAD INSERT INTO app.o SELECT v FROM ONLY app.t`,
    message: /policy p on table app\.o says ONLY[\s\S]*rule r on view app\.w says ONLY/,
  },
  {
    title: "a function that deletes by ctid",
    ddl: `${plain}; CREATE FUNCTION app.f() RETURNS void LANGUAGE sql BEGIN ATOMIC DELETE FROM app.t WHERE ctid = ANY (ARRAY(SELECT ctid FROM app.t LIMIT 5)); END`,
    message: /function app\.f\(\) names the ctid of app\.t, .*name the columns that identify a row/,
  },
  {
    title: "a view of ONLY the table with its ctid, a policy on its ctid",
    ddl: `${plain}; CREATE VIEW app.v AS SELECT ctid AS place FROM ONLY app.t;
      CREATE TABLE app.o (v integer); CREATE POLICY p ON app.o USING (EXISTS (SELECT FROM app.t WHERE t.ctid = '(0,1)'))`,
    message: /view app\.v says ONLY .*; names the ctid[\s\S]*policy p on table app\.o names the ctid/,
  },
];

/** Everything that follows, with everything about it that could be lost. `%` is a suffix for roles. */
const followers = `CREATE ROLE viewer_%; CREATE ROLE keeper_%; GRANT USAGE, CREATE ON SCHEMA app TO keeper_%; GRANT USAGE ON SCHEMA app TO viewer_%;
  GRANT SELECT, INSERT, UPDATE ON app.t TO keeper_%; GRANT ALL ON SEQUENCE app.t_id_seq TO keeper_%, viewer_%;
  CREATE TABLE app.o (id integer PRIMARY KEY, v integer); INSERT INTO app.o SELECT n, n FROM generate_series(1, 500) n; GRANT SELECT ON app.o TO viewer_%;
  CREATE VIEW app.big WITH (security_barrier) AS SELECT id, at, v AS "Va lue", s FROM app.t WHERE v > 100 WITH CASCADED CHECK OPTION;
  ALTER VIEW app.big OWNER TO keeper_%; GRANT SELECT, INSERT ON app.big TO viewer_%; GRANT UPDATE ("Va lue") ON app.big TO viewer_% WITH GRANT OPTION;
  COMMENT ON VIEW app.big IS 'it''s big'; COMMENT ON COLUMN app.big.s IS 'text'; ALTER VIEW app.big ALTER COLUMN s SET DEFAULT 'from the view';
  CREATE VIEW app.bigger AS SELECT b.id, b.at, t.v FROM app.big b JOIN app.t USING (id);
  CREATE VIEW app."With, (odd) ""name" AS WITH RECURSIVE x(n) AS (SELECT min(v) FROM app.t UNION ALL SELECT n + 1 FROM x WHERE n < 5) SELECT x.n, to_jsonb(t) AS whole FROM x LEFT JOIN app.t ON t.v = x.n;
  CREATE VIEW app.counted AS SELECT o.id, (SELECT count(*) FROM app.t WHERE t.v = o.v) AS n FROM app.o;
  CREATE RULE add AS ON INSERT TO app.counted DO INSTEAD INSERT INTO app.t (at, v) VALUES (now(), NEW.id); COMMENT ON RULE add ON app.counted IS 'adds';
  CREATE FUNCTION app.refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''not through the view''; END';
  CREATE TRIGGER no_delete INSTEAD OF DELETE ON app.bigger FOR EACH ROW EXECUTE FUNCTION app.refuse();
  CREATE FUNCTION app.total(more integer DEFAULT 0) RETURNS bigint STABLE SECURITY DEFINER COST 7 SET work_mem = '5MB' BEGIN ATOMIC SELECT count(*) FROM app.t WHERE v > more; END;
  ALTER FUNCTION app.total OWNER TO keeper_%; REVOKE ALL ON FUNCTION app.total FROM PUBLIC; GRANT EXECUTE ON FUNCTION app.total TO viewer_%; COMMENT ON FUNCTION app.total IS 'how many';
  CREATE PROCEDURE app.put(x integer) BEGIN ATOMIC INSERT INTO app.t (at, v) VALUES (now(), x); UPDATE app.t SET s = 'put' WHERE v = x; END;
  ALTER TABLE app.o ENABLE ROW LEVEL SECURITY; CREATE POLICY known ON app.o AS RESTRICTIVE FOR SELECT TO viewer_% USING (v IN (SELECT v FROM app.t)); CREATE POLICY seen ON app.o USING (true);
  GRANT SELECT ON app.t TO viewer_%; COMMENT ON POLICY known ON app.o IS 'knows'`;

/** All of them, as the catalog has them, with the table they read by name. */
const described = `SELECT jsonb_agg(x ORDER BY x) FROM (
  SELECT to_jsonb(v) AS x FROM (SELECT c.oid, pg_get_viewdef(c.oid) AS definition, c.reloptions, c.relowner, c.relacl::text, obj_description(c.oid, 'pg_class') AS comment,
    (SELECT jsonb_agg(jsonb_build_array(attname, attacl::text, col_description(c.oid, attnum), (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = c.oid AND adnum = attnum)) ORDER BY attnum) FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0) AS columns,
    (SELECT jsonb_agg(pg_get_triggerdef(oid)) FROM pg_trigger WHERE tgrelid = c.oid) AS triggers
    FROM pg_class c WHERE relkind = 'v' AND relnamespace = 'app'::regnamespace) v
  UNION ALL SELECT to_jsonb(r) FROM (SELECT oid, pg_get_ruledef(oid) AS definition, ev_enabled, obj_description(oid, 'pg_rewrite') FROM pg_rewrite WHERE rulename = 'add') r
  UNION ALL SELECT to_jsonb(f) FROM (SELECT oid, pg_get_functiondef(oid) AS definition, proowner, proacl::text, obj_description(oid, 'pg_proc') FROM pg_proc WHERE pronamespace = 'app'::regnamespace) f
  UNION ALL SELECT to_jsonb(p) FROM (SELECT oid, polname, polroles, polcmd, polpermissive, pg_get_expr(polqual, polrelid) AS definition, obj_description(oid, 'pg_policy') FROM pg_policy) p) x`;

let conversion: Conversion | undefined;
afterEach(async () => {
  await conversion?.drop();
  conversion = undefined;
});

for (const server of inject("servers")) {
  const table: TableSpec = { table: "t", key: "at", uniques: [["id"]] };
  const fill = "INSERT INTO app.t (at, v, s) SELECT now() - n * interval '1 day', n, n FROM generate_series(1, 300) n";

  describe(server.name, () => {
    for (const one of refusals) {
      test(`refused: ${one.title}`, async () => {
        await refusedThenMended(server, one, (created) => {
          conversion = created;
        });
      });
    }

    test("views, rules, functions and policies read and write whichever table is live", async () => {
      const suffix = Math.random().toString(36).slice(2);
      conversion = await Conversion.create(
        server,
        `${plain}; ${fill}; ${followers.replaceAll("_%", `_${suffix}`)}`,
        table,
      );
      const c = conversion;
      await c.query("SET search_path = pg_catalog");
      const before = await c.value(described);
      const viewer = await c.connect([`role=viewer_${suffix}`]);
      let value = 1000;
      const use = async (live: string) => {
        expect(await c.value(described)).toEqual(before);
        value += 10;
        // Read and written by the new table's own rows: the other one follows only when it is drained.
        await viewer.query('INSERT INTO app.big (at, "Va lue") VALUES (now(), $1)', [value]);
        await viewer.query('UPDATE app.big SET "Va lue" = "Va lue" + 1 WHERE "Va lue" = $1', [value]);
        await expect(viewer.query('INSERT INTO app.big (at, "Va lue") VALUES (now(), 1)')).rejects.toMatchObject({
          code: "44000",
        });
        await c.query("CALL app.put($1)", [value + 2]);
        await c.query("INSERT INTO app.counted (id) VALUES ($1)", [value + 3]);
        expect(await c.query(`SELECT v, s FROM ${live} WHERE v >= ${value} AND v < ${value + 10} ORDER BY v`)).toEqual([
          { v: value + 1, s: "from the view" },
          { v: value + 2, s: "put" },
          { v: value + 3, s: null },
        ]);
        const { rows } = await viewer.query(
          'SELECT app.total($1)::int AS total, (SELECT count(*)::int FROM app.big WHERE "Va lue" > $1) AS big',
          [value],
        );
        expect(rows).toEqual([{ total: 3, big: 3 }]);
        expect(await c.value(`SELECT count(*)::int FROM app.bigger WHERE v > ${value}`)).toBe(3);
        expect(await c.value('SELECT count(*)::int FROM app."With, (odd) ""name" WHERE whole IS NOT NULL')).toBe(5);
        await c.query(`INSERT INTO app.o VALUES (${value}, ${value + 1}), (${value + 1}, -1)`);
        const known = await viewer.query("SELECT id FROM app.o WHERE id >= $1", [value]);
        expect(known.rows).toEqual([{ id: value }]);
        await expect(c.query("DELETE FROM app.bigger")).rejects.toThrow(/not through the view/);
        await expect(viewer.query("DELETE FROM app.big")).rejects.toMatchObject({ code: "42501" });
      };
      await use("app.t");
      await c.setup();
      await use("app.t");
      await c.work();
      await c.cutover();
      await use("app.t");
      expect(await c.value("SELECT relkind::text FROM pg_class WHERE oid = 'app.t'::regclass")).toBe("p");
      await c.work();
      expect(await c.differences()).toEqual([]);
      await c.rollback();
      await use("app.t");
      expect(await c.value("SELECT relkind::text FROM pg_class WHERE oid = 'app.t'::regclass")).toBe("r");
      await c.work();
      await c.cutover();
      await c.cleanup(null);
      await use("app.t");
    });

    test("what cannot follow on the way back is named before anything is locked", async () => {
      conversion = await Conversion.create(server, `${plain}; ${fill}`, table);
      const c = conversion;
      await c.convert();
      await c.query("CREATE MATERIALIZED VIEW app.mv AS SELECT v FROM app.t");
      await expect(c.rollback()).rejects.toMatchObject({
        message: expect.stringMatching(/not its equal/),
        detail: expect.stringMatching(
          /materialized view app\.mv would go on reading .* run: DROP MATERIALIZED VIEW app\.mv/,
        ),
      });
      await c.query("DROP MATERIALIZED VIEW app.mv");
      await c.rollback();
    });

    test("ONLY of another table, another table's ctid and the target of an INSERT follow", async () => {
      conversion = await Conversion.create(
        server,
        `${plain}; ${fill}; CREATE TABLE app.t2 (v integer); INSERT INTO app.t2 VALUES (1), (2); CREATE TABLE app.o (t integer); INSERT INTO app.o VALUES (1);
         CREATE VIEW app.v AS SELECT t.v, t2.ctid AS place FROM ONLY app.t2 JOIN app.t USING (v) CROSS JOIN ONLY app.o;
         CREATE PROCEDURE app.put() BEGIN ATOMIC INSERT INTO app.t (at, v) SELECT now(), v FROM ONLY app.t2; END`,
        table,
      );
      const c = conversion;
      await c.convert();
      await c.query("CALL app.put()");
      expect(await c.value("SELECT count(*)::int FROM app.v")).toBe(4);
    });

    test("ONLY and ctid that came after setup are refused before the swap, and once more by the swap itself", async () => {
      conversion = await Conversion.create(server, `${plain}; ${fill}`, table);
      const c = conversion;
      await c.setup();
      await c.work();
      for (const [ddl, message] of [
        ["CREATE VIEW app.x AS SELECT v FROM ONLY app.t", /^view app\.x says ONLY app\.t, .* run: DROP VIEW app\.x$/],
        [
          "CREATE VIEW app.x AS SELECT ctid FROM app.t",
          /^view app\.x names the ctid of app\.t, .* run: DROP VIEW app\.x$/,
        ],
      ] as const) {
        await c.query(ddl);
        await expect(c.cutover()).rejects.toMatchObject({
          message: expect.stringMatching(/not its equal/),
          detail: expect.stringMatching(message),
        });
        await expect(c.query("SELECT prisma_partition.repoint_statements('app.t'::regclass)")).rejects.toThrow(
          /view app\.x cannot follow app\.t through the swap/,
        );
        await c.query("DROP VIEW app.x");
      }
      await c.cutover();
    });

    test("on the way back ONLY is refused, and a ctid may go along", async () => {
      conversion = await Conversion.create(server, `${plain}; ${fill}`, table);
      const c = conversion;
      await c.convert();
      await c.query(
        "CREATE VIEW app.lone AS SELECT v FROM ONLY app.t; CREATE VIEW app.places AS SELECT tableoid, ctid AS place FROM app.t",
      );
      await expect(c.rollback()).rejects.toMatchObject({
        detail: expect.stringMatching(/^view app\.lone says ONLY app\.t, .* run: DROP VIEW app\.lone$/),
      });
      await c.query("DROP VIEW app.lone");
      await c.rollback();
      expect(await c.value("SELECT count(*)::int FROM app.places")).toBe(300);
    });

    test("a view of a table whose key is its id may group by it", async () => {
      conversion = await Conversion.create(
        server,
        `${plain}; ${fill}; CREATE VIEW app.grouped AS SELECT id, at, count(*) FROM app.t GROUP BY id`,
        { ...table, key: "id", kind: "integer", interval: "100" },
      );
      await conversion.convert();
      await conversion.query("INSERT INTO app.t (at) VALUES (now())");
      expect(await conversion.value("SELECT count(*)::int FROM app.grouped")).toBe(301);
    });

    test("a reader of a view waits and reads on; the swap locks the view first, and nothing behind it", async () => {
      conversion = await Conversion.create(
        server,
        `${plain}; ${fill}; CREATE TABLE app.o (id integer); CREATE VIEW app.v AS SELECT t.v FROM app.t LEFT JOIN app.o USING (id)`,
        table,
      );
      const c = conversion;
      await c.setup();
      await c.work();
      const other = await c.connect();
      await other.query("BEGIN");
      await other.query(
        "SELECT prisma_partition.lock_relations(prisma_partition.repoint_relations('app.t'::regclass), 'ACCESS EXCLUSIVE')",
      );
      expect(
        await c.query(
          "SELECT relation::regclass::text, mode FROM pg_locks WHERE relation IN ('app.v'::regclass, 'app.o'::regclass, 'app.t'::regclass)",
        ),
      ).toEqual([{ relation: "app.v", mode: "AccessExclusiveLock" }]);
      await other.query("ROLLBACK");

      // Readers in transactions of two statements, while it is swapped there and back: none fails, none sees the old table.
      let stop = false;
      const errors: unknown[] = [];
      const readers = Array.from({ length: 4 }, async () => {
        const reader = await c.connect();
        while (!stop) {
          try {
            await reader.query("BEGIN");
            await reader.query("SELECT count(*) FROM app.v");
            await reader.query("SELECT count(*) FROM app.t");
            await reader.query("COMMIT");
          } catch (error) {
            errors.push(error);
            await reader.query("ROLLBACK");
          }
        }
      });
      try {
        await c.cutover();
        await c.rollback();
        await c.work();
        await c.cutover();
      } finally {
        stop = true;
        await Promise.all(readers);
      }
      expect(errors).toEqual([]);
      await c.query("INSERT INTO app.t (at) VALUES (now())");
      expect(await c.value("SELECT count(*)::int FROM app.v")).toBe(301);
    });
  });
}
