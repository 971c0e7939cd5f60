/** What cannot be carried over is refused, early, with the remedy, and leaves nothing behind. */
import { afterEach, describe, expect, inject, test } from "vitest";
import { Conversion, type TableSpec } from "../support/convert.ts";
import { describeTable } from "../support/describe-table.ts";
import { plain, refusalsAtSetup } from "../support/refusals-at-setup.ts";
import { everything, printedStatements, refusedThenMended } from "../support/refused.ts";

/** What is refused by what comes after register: the whole migration is undone as well. */
const later: { title: string; ddl: string; message: RegExp; table?: Partial<TableSpec> }[] = [
  { title: "no such table", ddl: "SELECT", message: /table app\.t does not exist/ },
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
];

/** Set up and loaded; then `ddl` happens. */
const atCutover: { title: string; ddl: string; message: RegExp; detail?: RegExp }[] = [
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
  {
    title: "a materialized view was created",
    ddl: "CREATE MATERIALIZED VIEW app.v AS SELECT * FROM app.t",
    message: /not its equal/,
    detail: /materialized view app\.v would go on reading/,
  },
  {
    title: "the table is referenced without its key",
    ddl: "CREATE TABLE app.o (t_id bigint REFERENCES app.t)",
    message: /not its equal/,
    detail: /o_t_id_fkey on app\.o references it without the key/,
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

const opened = (created: Conversion) => {
  conversion = created;
};

for (const server of inject("servers")) {
  const major = Number(server.name.split("-")[1]);
  const table: TableSpec = { table: "t", key: "at", uniques: [["id"]] };

  describe(`${server.name}, at setup`, () => {
    for (const [group, refusals] of Object.entries(refusalsAtSetup)) {
      for (const one of refusals) {
        if (major < (one.since ?? 0)) continue; // the server has no such thing
        test(`${group}: ${one.title}`, async () => {
          await refusedThenMended(server, one, opened);
        });
      }
    }

    for (const one of later) {
      test(one.title, async () => {
        conversion = await Conversion.create(server, one.ddl, { ...table, ...one.table });
        const before = await conversion.value(everything);
        await expect(conversion.setup()).rejects.toThrow(one.message);
        expect(await conversion.value(everything)).toBe(before);
      });
    }

    test("everything at once: each on a line of its own, and each statement mends its own", async () => {
      const ddl = `CREATE UNLOGGED TABLE app.t (id bigserial PRIMARY KEY, at timestamptz, v integer, parent bigint REFERENCES app.t, CHECK (v > 0) NO INHERIT);
        CREATE UNIQUE INDEX u ON app.t (v); CREATE MATERIALIZED VIEW app.mv AS SELECT v FROM app.t; CREATE RULE r AS ON DELETE TO app.t DO NOTHING`;
      const message = /^prisma-partition: app\.t cannot be partitioned: \n- it is unlogged/;
      const text = await refusedThenMended(server, { title: "", ddl, message }, opened);
      expect(text.split("\n- ")).toHaveLength(8);
      expect(printedStatements(text)).toHaveLength(7);
    });

    test("what PostgreSQL itself would refuse when the load is done", async () => {
      conversion = await Conversion.create(
        server,
        `${plain}; CREATE INDEX ON app.t (v); CREATE FUNCTION app.no() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
           IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands() WHERE object_type = 'index' AND schema_name = 'app_partitioned') THEN RAISE 'no index here'; END IF; END $$;
         CREATE EVENT TRIGGER no ON ddl_command_end EXECUTE FUNCTION app.no()`,
        table,
      );
      await expect(conversion.setup()).rejects.toThrow(
        /a partitioned copy cannot be made \(its indexes\): no index here/,
      );
    });
  });

  describe(`${server.name}, at cutover`, () => {
    for (const one of atCutover) {
      test(one.title, async () => {
        conversion = await Conversion.create(
          server,
          `${plain}; CREATE INDEX ON app.t (s); INSERT INTO app.t (at, v, s) SELECT now() - n * interval '1 day', n, n FROM generate_series(1, 100) n`,
          table,
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
        await expect(c.cutover()).rejects.toMatchObject({
          message: expect.stringMatching(one.message),
          ...(one.detail && { detail: expect.stringMatching(one.detail) }),
        });
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
