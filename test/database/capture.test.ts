/**
 * Every way in which rows are written, while the table is converted and after the cutover: each row is on the log, once
 * a row and key. What the log says is compared with what was written; that it is replayed, with the other table.
 */
import { afterEach, describe, expect, inject, test } from "vitest";
import { Conversion, type TableSpec } from "../support/convert.ts";
import type { ProvidedServer } from "../support/global-setup.ts";

interface Way {
  readonly title: string;
  /** More than the table. */
  readonly ddl?: string;
  readonly table?: Partial<TableSpec>;
  /** The first server version that knows it. */
  readonly since?: number;
  readonly write: string | ((c: Conversion) => Promise<void>);
  /** Pairs that must be on the log: the ids, one for each key that the row had or has. */
  readonly logged: readonly number[];
}

const DAYS = 300;
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);

const WAYS: readonly Way[] = [
  { title: "insert of many rows", write: insert("generate_series(1001, 1100) n"), logged: range(1001, 1100) },
  { title: "update of many rows", write: "UPDATE app.t SET v = -1 WHERE id <= 50", logged: range(1, 50) },
  { title: "delete of many rows", write: "DELETE FROM app.t WHERE id <= 50", logged: range(1, 50) },
  { title: "nothing", write: "UPDATE app.t SET v = -1 WHERE false; DELETE FROM app.t WHERE id = -1", logged: [] },
  {
    title: "keys that move, some of them",
    write: "UPDATE app.t SET v = -1, at = CASE WHEN id % 2 = 0 THEN at - interval '40 days' ELSE at END WHERE id <= 4",
    logged: [1, 2, 2, 3, 4, 4],
  },
  {
    title: "identities that move",
    write: "UPDATE app.t SET id = id + 1000 WHERE id <= 3",
    logged: [1, 2, 3, 1001, 1002, 1003],
  },
  {
    title: "a key that a BEFORE trigger moves, though the statement does not name it",
    ddl: `CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.at := NEW.at - interval '3 hours'; RETURN NEW; END $$;
      CREATE TRIGGER touch BEFORE UPDATE ON app.t FOR EACH ROW EXECUTE FUNCTION app.touch()`,
    write: "UPDATE app.t SET v = -1 WHERE id IN (5, 6)",
    logged: [5, 5, 6, 6],
  },
  {
    title: "rows that a BEFORE trigger keeps from being written",
    ddl: `CREATE FUNCTION app.odd() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN CASE WHEN OLD.id % 2 = 1 THEN OLD END; END $$;
      CREATE TRIGGER odd BEFORE DELETE ON app.t FOR EACH ROW EXECUTE FUNCTION app.odd()`,
    write: "DELETE FROM app.t WHERE id <= 4",
    logged: [1, 3],
  },
  {
    title: "rows that an AFTER trigger writes to the same table",
    ddl: `CREATE FUNCTION app.again() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN INSERT INTO app.t SELECT NEW.id + 1000, NEW.at, 'again', 0; DELETE FROM app.t WHERE id = NEW.id + 1; RETURN NULL; END $$;
      CREATE TRIGGER again AFTER UPDATE ON app.t FOR EACH ROW EXECUTE FUNCTION app.again()`,
    write: "UPDATE app.t SET v = -1 WHERE id IN (10, 20)",
    logged: [10, 11, 20, 21, 1010, 1020],
  },
  {
    title: "ON CONFLICT DO UPDATE, of which some rows are inserted and some updated",
    write: `INSERT INTO app.t SELECT n, coalesce((SELECT x.at FROM app.t x WHERE x.id = n), now()), 'new', n
      FROM generate_series(299, 302) n ON CONFLICT (id) DO UPDATE SET v = -1`,
    logged: range(299, 302),
  },
  {
    title: "a MERGE that inserts, updates and deletes",
    since: 15,
    write: `MERGE INTO app.t USING generate_series(298, 302) n ON t.id = n
      WHEN MATCHED AND n = 298 THEN DELETE WHEN MATCHED THEN UPDATE SET v = -1
      WHEN NOT MATCHED THEN INSERT VALUES (n, now(), 'merged', 0)`,
    logged: range(298, 302),
  },
  {
    title: "one statement that writes several times",
    write: `WITH gone AS (DELETE FROM app.t WHERE id <= 3 RETURNING *), moved AS (DELETE FROM app.t WHERE id IN (7, 8) RETURNING *),
        changed AS (UPDATE app.t SET v = -1 WHERE id IN (20, 21)), more AS (INSERT INTO app.t SELECT id + 2000, at, code, v FROM moved)
      INSERT INTO app.t SELECT id + 1000, at, code, v FROM gone`,
    logged: [1, 2, 3, 7, 8, 20, 21, 1001, 1002, 1003, 2007, 2008],
  },
  {
    title: "COPY",
    async write(c) {
      // COPY FROM STDIN needs a protocol of its own; a file of the server does not.
      await c.query(
        `COPY (SELECT n, now(), 'copied', n FROM generate_series(1001, 1100) n) TO PROGRAM 'cat > /tmp/copied-$PPID'`,
      );
      await c.query(`COPY app.t FROM PROGRAM 'cat /tmp/copied-$PPID && rm /tmp/copied-$PPID'`);
    },
    logged: range(1001, 1100),
  },
  {
    title: "cascades: deletes and updates that a foreign key makes",
    ddl: `CREATE TABLE app.p (code text PRIMARY KEY); INSERT INTO app.p SELECT code FROM app.t;
      ALTER TABLE app.t ADD FOREIGN KEY (code) REFERENCES app.p ON DELETE CASCADE ON UPDATE CASCADE`,
    write:
      "DELETE FROM app.p WHERE code IN ('code 1', 'code 2', 'code 3'); UPDATE app.p SET code = code || '!' WHERE code IN ('code 4', 'code 5')",
    logged: [1, 2, 3, 4, 5],
  },
  {
    title: "a cascade and a statement of its own, in one",
    ddl: `CREATE TABLE app.p (code text PRIMARY KEY); INSERT INTO app.p SELECT code FROM app.t;
      ALTER TABLE app.t ADD FOREIGN KEY (code) REFERENCES app.p ON DELETE CASCADE`,
    write: "WITH gone AS (DELETE FROM app.p WHERE code IN ('code 1', 'code 2')) DELETE FROM app.t WHERE id IN (10, 11)",
    logged: [1, 2, 10, 11],
  },
  {
    title: "a view that can be written to",
    ddl: "CREATE VIEW app.recent AS SELECT * FROM app.t WHERE id > 0",
    write: "UPDATE app.recent SET v = -1 WHERE id IN (1, 2)",
    logged: [1, 2],
  },
  {
    title: "a statement that is undone by a savepoint, and one that is not",
    write: "BEGIN; SAVEPOINT s; DELETE FROM app.t WHERE id = 1; ROLLBACK TO s; DELETE FROM app.t WHERE id = 2; COMMIT",
    logged: [2],
  },
  {
    title: "a session that is a replica for some of its statements",
    write: `BEGIN; UPDATE app.t SET v = -1 WHERE id = 1; SET LOCAL session_replication_role = replica; UPDATE app.t SET v = -1 WHERE id IN (2, 3);
      SET LOCAL session_replication_role = origin; UPDATE app.t SET v = -1 WHERE id = 4; COMMIT`,
    logged: [1, 2, 2, 3, 3, 4], // by both kinds of triggers
  },
  {
    title: "a statement that becomes a replica's half way",
    ddl: `CREATE FUNCTION app.become() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN IF NEW.id = 3 THEN PERFORM set_config('session_replication_role', 'replica', true); END IF; RETURN NEW; END $$;
      CREATE TRIGGER become BEFORE UPDATE ON app.t FOR EACH ROW EXECUTE FUNCTION app.become();
      ALTER TABLE app.t ENABLE ALWAYS TRIGGER become`,
    write: "UPDATE app.t SET v = -1 WHERE id <= 5",
    logged: [1, 2, 3, 3, 4, 4, 5, 5],
  },
  {
    title: "the transaction that has drained the log itself",
    write: "BEGIN; SELECT prisma_partition.run_step(1); UPDATE app.t SET v = -1 WHERE id IN (1, 2); COMMIT",
    logged: [1, 2],
  },
  {
    title: "a session with operators, functions and tables of its own in front of the system's",
    ddl: `CREATE SCHEMA evil;
      CREATE FUNCTION evil.yes(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
      CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.yes);
      CREATE FUNCTION evil.current_setting(text, boolean) RETURNS text LANGUAGE sql AS $$ SELECT 'on'::text $$;
      CREATE FUNCTION evil.never(bigint, bigint) RETURNS boolean LANGUAGE sql AS 'SELECT true';
      CREATE OPERATOR evil.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = evil.never);
      CREATE TABLE evil.old_rows (id bigint, at timestamptz); CREATE TABLE evil.new_rows (id bigint, at timestamptz)`,
    write: `SET search_path = evil, pg_catalog, app; CREATE TEMP TABLE new_rows (id bigint, at timestamptz); CREATE TEMP TABLE old_rows (id bigint, at timestamptz);
      ${insert("generate_series(1001, 1002) n")}; UPDATE app.t SET v = -1 WHERE id OPERATOR(pg_catalog.=) 1; DELETE FROM app.t WHERE id OPERATOR(pg_catalog.=) 2;
      RESET search_path; DROP TABLE pg_temp.new_rows, pg_temp.old_rows`,
    logged: [1, 2, 1001, 1002],
  },
  {
    title: "a writer's settings under which plans differ",
    write: `SET enable_hashagg = off; SET work_mem = '64kB'; UPDATE app.t SET v = -1, code = repeat(code, 100); RESET enable_hashagg; RESET work_mem`,
    logged: range(1, DAYS),
  },
  {
    title: "a connection that has written before a column is added on both sides",
    async write(c) {
      const writer = await c.connect();
      await writer.query("UPDATE app.t SET v = -1 WHERE id = 1");
      const other = (await c.value("SELECT stage FROM prisma_partition.tables")) === "setup" ? c.shadow : c.old;
      await c.query(`ALTER TABLE app.t ADD more text DEFAULT 'x'; ALTER TABLE ${other} ADD more text DEFAULT 'x'`);
      await writer.query("UPDATE app.t SET more = 'y' WHERE id = 2");
    },
    logged: [1, 2],
  },
];

function insert(from: string): string {
  return `INSERT INTO app.t SELECT n, now(), 'new ' || n, n FROM ${from}`;
}

let conversion: Conversion | undefined;
afterEach(async () => {
  await conversion?.drop();
  conversion = undefined;
});

async function prepare(server: ProvidedServer, { ddl = "", table }: Way): Promise<Conversion> {
  conversion = await Conversion.create(
    server,
    `CREATE TABLE app.t (id bigint PRIMARY KEY, at timestamptz NOT NULL, code text, v integer);
     INSERT INTO app.t SELECT n, now() - n * interval '1 day', 'code ' || n, n FROM generate_series(1, ${DAYS}) n; ${ddl}`,
    { table: "t", key: "at", uniques: [["id"]], ...table },
  );
  await conversion.setup();
  await conversion.work();
  return conversion;
}

async function perform(c: Conversion, { write }: Way): Promise<void> {
  if (typeof write === "string") await c.query(write);
  else await write(c);
}

const entries = async (c: Conversion) =>
  (await c.query<{ id: string }>("SELECT id FROM prisma_partition.log_1 ORDER BY id")).map(({ id }) => Number(id));

for (const [index, server] of inject("servers").entries()) {
  const major = Number(server.name.split("-")[1]);
  describe(server.name, () => {
    for (const [number, way] of WAYS.filter(({ since = 0 }) => since <= major).entries()) {
      test(`during conversion: ${way.title}`, async () => {
        const c = await prepare(server, way);
        expect(await entries(c)).toEqual([]);
        await perform(c, way);
        expect(await entries(c)).toEqual(way.logged);
        await c.work();
        expect(await c.differences(c.name, c.shadow)).toEqual([]);
      });

      if (!process.env.MATRIX && number % inject("servers").length !== index) continue; // the servers share these
      test(`after cutover: ${way.title}`, async () => {
        const c = await prepare(server, way);
        await c.cutover();
        await c.work();
        const conflict = /ON CONFLICT \(id\)/g; // the key is in every unique of a partitioned table
        await perform(
          c,
          typeof way.write === "string" ? { ...way, write: way.write.replace(conflict, "ON CONFLICT (id, at)") } : way,
        );
        expect(new Set(await entries(c))).toEqual(new Set(way.logged));
        await c.work();
        expect(await c.differences()).toEqual([]);
      });
    }
  });
}
