/** What cannot be carried over is refused, early, with the remedy, and leaves nothing behind. */
import { afterEach, describe, expect, inject, test } from "vitest";
import { Conversion, type TableSpec } from "../support/convert.ts";
import { describeTable } from "../support/describe-table.ts";

interface Refusal {
  readonly title: string;
  readonly ddl: string;
  readonly message: RegExp;
  readonly table?: Partial<TableSpec>;
  readonly since?: number;
}

const plain = "CREATE TABLE app.t (id bigserial PRIMARY KEY, at timestamptz NOT NULL, v integer, s text)";

const atSetup: Refusal[] = [
  { title: "no such table", ddl: "SELECT", message: /table app\.t does not exist/ },
  { title: "a view", ddl: "CREATE VIEW app.t AS SELECT 1 AS id", message: /it is not a table/ },
  {
    title: "a partitioned table",
    ddl: "CREATE TABLE app.t (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at)",
    message: /it is partitioned already/,
  },
  { title: "an unlogged table", ddl: plain.replace("TABLE", "UNLOGGED TABLE"), message: /SET LOGGED first/ },
  { title: "inheritance", ddl: `${plain}; CREATE TABLE app.child () INHERITS (app.t)`, message: /NO INHERIT first/ },
  {
    title: "an exclusion constraint",
    ddl: `${plain}; ALTER TABLE app.t ADD CONSTRAINT apart EXCLUDE USING gist (tstzrange(at, at) WITH &&)`,
    message: /exclusion constraint apart/,
  },
  { title: "a rule", ddl: `${plain}; CREATE RULE r AS ON DELETE TO app.t DO INSTEAD NOTHING`, message: /rule r / },
  { title: "a view on it", ddl: `${plain}; CREATE VIEW app.v AS SELECT * FROM app.t`, message: /app\.v would go on/ },
  {
    title: "a materialized view on it",
    ddl: `${plain}; CREATE MATERIALIZED VIEW app.mv AS SELECT v FROM app.t`,
    message: /app\.mv would go on/,
  },
  {
    title: "a function with an SQL body",
    ddl: `${plain}; CREATE FUNCTION app.f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM app.t; END`,
    message: /function app\.f\(\) would go on/,
  },
  {
    title: "a function of its row type",
    ddl: `${plain}; CREATE FUNCTION app.label(app.t) RETURNS text LANGUAGE sql AS 'SELECT $1.s'`,
    message: /function app\.label\(app\.t\) would go on/,
  },
  {
    title: "a column of its row type",
    ddl: `${plain}; CREATE TABLE app.log (old app.t)`,
    message: /column old of table app\.log would go on/,
  },
  {
    title: "a policy of another table",
    ddl: `${plain}; CREATE TABLE app.o (v integer); CREATE POLICY p ON app.o USING (v IN (SELECT v FROM app.t))`,
    message: /policy p on table app\.o would go on/,
  },
  { title: "a publication", ddl: `${plain}; CREATE PUBLICATION pub FOR TABLE app.t`, message: /publication pub/ },
  {
    title: "a foreign key to itself",
    ddl: `${plain}; ALTER TABLE app.t ADD parent bigint REFERENCES app.t`,
    message: /t_parent_fkey points at the table itself/,
  },
  { title: "no such key", ddl: plain, table: { key: "nope" }, message: /no column nope/ },
  {
    title: "a key that may be null",
    ddl: `${plain}; ALTER TABLE app.t ALTER at DROP NOT NULL`,
    message: /column at may be null/,
  },
  {
    title: "a key of another kind",
    ddl: plain,
    table: { kind: "date" },
    message: /column at is timestamp with time zone here, which is no date key/,
  },
  {
    title: "an identity that may be null",
    ddl: plain,
    table: { uniques: [["v"]] },
    message: /column v, which identifies its rows/,
  },
  {
    title: "an identity that is not unique",
    ddl: `${plain}; ALTER TABLE app.t ALTER v SET NOT NULL`,
    table: { uniques: [["v"]] },
    message: /no unique index on \(v\)/,
  },
  {
    title: "an identity that is checked at commit",
    ddl: "CREATE TABLE app.t (id bigint PRIMARY KEY DEFERRABLE, at timestamptz NOT NULL)",
    message: /no unique index on \(id\)/,
  },
  {
    title: "a unique that the model does not state",
    ddl: `${plain}; CREATE UNIQUE INDEX u ON app.t (s)`,
    message: /unique index app\.u lacks the key/,
  },
  {
    title: "a unique that is partial",
    ddl: `${plain}; CREATE UNIQUE INDEX u ON app.t (s) WHERE v > 1`,
    table: { uniques: [["id"], ["s"]] },
    message: /unique index app\.u/,
  },
  {
    title: "a unique of an expression",
    ddl: `${plain}; CREATE UNIQUE INDEX u ON app.t (lower(s), at)`,
    message: /unique index app\.u/,
  },
  {
    title: "a check that is not valid",
    ddl: `${plain}; INSERT INTO app.t (at, v) VALUES (now(), -1); ALTER TABLE app.t ADD CONSTRAINT positive CHECK (v > 0) NOT VALID`,
    message: /constraint positive is NOT VALID/,
  },
  {
    title: "a foreign key that is not valid",
    ddl: `${plain}; CREATE TABLE app.o (id integer PRIMARY KEY); ALTER TABLE app.t ADD CONSTRAINT fk FOREIGN KEY (v) REFERENCES app.o NOT VALID`,
    message: /constraint fk is NOT VALID/,
  },
  {
    title: "a not-null that is not valid",
    since: 18,
    ddl: `${plain}; ALTER TABLE app.t ADD CONSTRAINT v_given NOT NULL v NOT VALID`,
    message: /constraint v_given is NOT VALID/,
  },
  {
    title: "a check without inheritance",
    ddl: `${plain}; ALTER TABLE app.t ADD CONSTRAINT alone CHECK (v > 0) NO INHERIT`,
    message: /constraint alone is NO INHERIT/,
  },
  {
    title: "a row trigger with a transition table",
    ddl: `${plain}; CREATE FUNCTION app.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
      CREATE TRIGGER g AFTER INSERT ON app.t REFERENCING NEW TABLE AS n FOR EACH ROW EXECUTE FUNCTION app.f()`,
    message: /row trigger g has a transition table/,
  },
  {
    title: "an identity column that nothing can set",
    ddl: "CREATE TABLE app.t (id uuid PRIMARY KEY, at timestamptz NOT NULL, n bigint GENERATED ALWAYS AS IDENTITY)",
    message: /column n is GENERATED ALWAYS/,
  },
  {
    title: "a name in the schema that a partition would get",
    ddl: `${plain}; CREATE TABLE app.t_default ()`,
    message: /relations with the names of partitions: t_default/,
  },
  {
    title: "more than 5000 partitions",
    ddl: `${plain}; INSERT INTO app.t (at) VALUES ('1990-01-01')`,
    table: { interval: "1 hour" },
    message: /more than 5000/,
  },
  {
    title: "a schema with a long name",
    ddl: `CREATE SCHEMA ${"s".repeat(52)}; CREATE TABLE ${"s".repeat(52)}.t (id bigint PRIMARY KEY, at timestamptz NOT NULL)`,
    table: { schema: "s".repeat(52) },
    message: /leaves no room/,
  },
];

/** Set up and loaded; then `ddl` happens. */
const atCutover: Refusal[] = [
  {
    title: "a column was added",
    ddl: "ALTER TABLE app.t ADD w integer",
    message: /columns of app\.t and its partitioned copy differ: w/,
  },
  { title: "a column's type was changed", ddl: "ALTER TABLE app.t ALTER v TYPE bigint", message: /differ: v/ },
  { title: "a default was changed", ddl: "ALTER TABLE app.t ALTER v SET DEFAULT 7", message: /not its equal/ },
  { title: "a check was added", ddl: "ALTER TABLE app.t ADD CHECK (v > -1)", message: /not its equal/ },
  { title: "an index was added", ddl: "CREATE INDEX late ON app.t (v)", message: /not its equal/ },
  { title: "an index was dropped", ddl: "DROP INDEX app.t_s_idx", message: /not its equal/ },
  { title: "a view was created", ddl: "CREATE VIEW app.v AS SELECT * FROM app.t", message: /not its equal/ },
  {
    title: "the table is referenced without its key",
    ddl: "CREATE TABLE app.o (t_id bigint REFERENCES app.t)",
    message: /o_t_id_fkey on app\.o/,
  },
  {
    title: "a row of the copy was changed",
    ddl: "SET prisma_partition.draining = 'on'; UPDATE app_partitioned.t SET v = v + 1 WHERE id = 7",
    message: /copy differ/,
  },
  {
    title: "rows of the copy swapped a value",
    ddl: "SET prisma_partition.draining = 'on'; UPDATE app_partitioned.t a SET v = b.v FROM app_partitioned.t b WHERE (a.id, b.id) IN ((7, 9), (9, 7))",
    message: /copy differ/,
  },
  {
    title: "a row of the copy was lost",
    ddl: "SET prisma_partition.draining = 'on'; DELETE FROM app_partitioned.t WHERE id = 7",
    message: /copy differ/,
  },
];

let conversion: Conversion | undefined;
afterEach(async () => {
  await conversion?.drop();
  conversion = undefined;
});

/** Every relation, trigger, function and schema there is. */
const everything = `SELECT (SELECT string_agg(oid::regclass || ' ' || relname, ',' ORDER BY oid) FROM pg_class WHERE relnamespace <> 'pg_toast'::regnamespace)
  || (SELECT string_agg(oid::text, ',' ORDER BY oid) FROM pg_proc) || (SELECT string_agg(oid::text, ',' ORDER BY oid) FROM pg_trigger)
  || (SELECT string_agg(oid::text, ',' ORDER BY oid) FROM pg_namespace WHERE nspname !~ 'temp')`;

for (const server of inject("servers")) {
  const major = Number(server.name.split("-")[1]);
  const table: TableSpec = { table: "t", key: "at", uniques: [["id"]] };

  describe(`${server.name}, at setup`, () => {
    for (const one of atSetup) {
      if (major < (one.since ?? 0)) continue; // the server has no such thing
      test(one.title, async () => {
        conversion = await Conversion.create(server, one.ddl, { ...table, ...one.table });
        const before = await conversion.value(everything);
        await expect(conversion.setup()).rejects.toThrow(one.message);
        expect(await conversion.value(everything)).toBe(before);
        expect(await conversion.query("TABLE prisma_partition.tables")).toEqual([]);
      });
    }

    test("a role from which row security hides rows", async () => {
      const role = `hidden_${Math.random().toString(36).slice(2)}`;
      conversion = await Conversion.create(server, plain, table);
      const c = conversion;
      await c.query(`CREATE ROLE ${role} LOGIN`);
      await c.query(`GRANT CREATE ON DATABASE ${c.database.name} TO ${role}; GRANT ALL ON SCHEMA prisma_partition, app TO ${role};
        GRANT ALL ON ALL TABLES IN SCHEMA prisma_partition TO ${role}; ALTER TABLE app.t OWNER TO ${role};
        ALTER TABLE app.t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY`);
      const client = await c.connect([], role);
      await expect(c.setup(client)).rejects.toThrow(/row security hides rows/);
    });
  });

  describe(`${server.name}, at cutover`, () => {
    for (const one of atCutover) {
      test(one.title, async () => {
        conversion = await Conversion.create(
          server,
          `${plain}; CREATE INDEX ON app.t (s); INSERT INTO app.t (at, v, s) SELECT now() - n * interval '1 day', n, n FROM generate_series(1, 100) n`,
          { ...table, ...one.table },
        );
        const c = conversion;
        await c.setup();
        await c.work();
        // What is written to the copy is logged, and so mended by the next drain: unless it is done as a drain does.
        await c.query(`${one.ddl}; RESET prisma_partition.draining`);
        const before = [
          await c.value(everything),
          await describeTable(c.client, "app.t"),
          await c.query("TABLE app.t"),
        ];
        await expect(c.cutover()).rejects.toThrow(one.message);
        expect([
          await c.value(everything),
          await describeTable(c.client, "app.t"),
          await c.query("TABLE app.t"),
        ]).toEqual(before);
      });
    }

    test("a large table whose backfill has not finished", async () => {
      conversion = await Conversion.create(
        server,
        `${plain}; INSERT INTO app.t (at) SELECT now() FROM generate_series(1, 1000)`,
        table,
      );
      await conversion.setup();
      await conversion.step();
      await conversion.query("SET prisma_partition.small_table = '0'");
      await expect(conversion.cutover()).rejects.toThrow(
        /the backfill of app\.t has not finished \(it is at step "load"\)/,
      );
    });

    test("setup twice, cutover twice", async () => {
      conversion = await Conversion.create(server, plain, table);
      const c = conversion;
      await c.setup();
      await expect(c.setup()).rejects.toThrow(/already set up \(stage setup\)/);
      await c.cutover();
      await expect(c.setup()).rejects.toThrow(/already set up \(stage cutover\)/);
      await expect(c.cutover()).rejects.toThrow(/is at stage cutover, this migration starts from stage setup/);
    });

    test("under REPEATABLE READ nothing runs", async () => {
      conversion = await Conversion.create(server, plain, table);
      await conversion.setup();
      await conversion.query("SET default_transaction_isolation = 'repeatable read'");
      await expect(conversion.step()).rejects.toThrow(/must run under READ COMMITTED/);
      await expect(conversion.cutover()).rejects.toThrow(/must run under READ COMMITTED/);
    });
  });
}
