/** Every property of a table is carried over, and back; whatever the two tables differ in is named, with its remedy. */
import { afterEach, describe, expect, inject, test } from "vitest";
import { Conversion } from "../support/convert.ts";
import { describeTable } from "../support/describe-table.ts";
import { createTablespaces, everyProperty, insertEveryProperty } from "../support/every-property.ts";
import type { ProvidedServer } from "../support/global-setup.ts";

interface Property {
  readonly kind: string;
  readonly name: string;
  readonly state: string;
  readonly statement: string | null;
}

let conversion: Conversion | undefined;
let dropTablespaces: (() => Promise<void>) | undefined;
afterEach(async () => {
  await conversion?.drop();
  await dropTablespaces?.();
  conversion = dropTablespaces = undefined;
});

/** A database with the table of every property, filled; and how to write SQL about it. */
async function create(server: ProvidedServer) {
  const suffix = Math.random().toString(36).slice(2, 8);
  dropTablespaces = await createTablespaces(server.url, [`place_${suffix}`, `index_place_${suffix}`]);
  const write = (sql: string, table = "app.t") => sql.replaceAll(/\bT\b/g, table).replaceAll(/_%/g, `_${suffix}`);
  const major = Number(server.name.split("-")[1]);
  const c = await Conversion.create(server, write(everyProperty(major)), {
    table: "t",
    key: "at",
    uniques: [["id"], ["code"], ["email", "serial"]],
  });
  conversion = c;
  await c.query(write(insertEveryProperty));
  return { c, major, write };
}

const differing = (c: Conversion) =>
  c.query<Property>("SELECT kind, name, state, statement FROM prisma_partition.parity(1) WHERE state <> 'same'");
const swapped = ["trigger state", "foreign key", "owned sequence", "referenced by"];
const notSwapped = async (c: Conversion) => (await differing(c)).filter(({ kind }) => !swapped.includes(kind));

/** Changes of one table, T in schema S, one after the other, and what parity calls them. */
const changes: readonly {
  readonly kind: string;
  readonly name?: string;
  readonly sql: string;
  /** Only a partitioned table's partitions have it, so the plain table is changed. */
  readonly plainOnly?: boolean;
  readonly since?: number;
  /** Made on this table only: the other way round PostgreSQL, or refusal(), does not have it. */
  readonly only?: "live" | "other";
}[] = [
  { kind: "comment", name: "", sql: "COMMENT ON TABLE T IS 'another'" },
  { kind: "comment", name: "column n", sql: "COMMENT ON COLUMN T.n IS NULL" },
  { kind: "comment", name: "column email", sql: "COMMENT ON COLUMN T.email IS 'e'" },
  { kind: "comment", name: "index t_gin", sql: "COMMENT ON INDEX S.t_gin IS 'gin'" },
  { kind: "comment", name: "index t_partial", sql: "COMMENT ON INDEX S.t_partial IS NULL" },
  { kind: "comment", name: "constraint n_positive", sql: "COMMENT ON CONSTRAINT n_positive ON T IS 'other'" },
  { kind: "comment", name: "constraint t_pkey", sql: "COMMENT ON CONSTRAINT t_pkey ON T IS NULL" },
  { kind: "comment", name: "trigger a_after", sql: "COMMENT ON TRIGGER a_after ON T IS 'other'" },
  { kind: "comment", name: "policy odd", sql: "COMMENT ON POLICY odd ON T IS NULL" },
  { kind: "comment", name: "statistics counted", sql: "COMMENT ON STATISTICS S.counted IS 'other'" },
  { kind: "owner", sql: "ALTER TABLE T OWNER TO CURRENT_USER" },
  { kind: "column", name: "added", sql: "ALTER TABLE T ADD added text COLLATE \"C\" NOT NULL DEFAULT 'x'" },
  { kind: "column", name: "computed", sql: "ALTER TABLE T ADD computed integer GENERATED ALWAYS AS (n + 1) STORED" },
  { kind: "column", name: "serial", sql: "ALTER TABLE T ALTER serial TYPE bigint", only: "live" },
  { kind: "not null", name: "email", sql: "ALTER TABLE T ALTER email SET NOT NULL" },
  { kind: "not null", name: "n", sql: "ALTER TABLE T RENAME CONSTRAINT n_is_needed TO n_is_wanted", since: 18 },
  { kind: "not null", name: "n", sql: "ALTER TABLE T ALTER n DROP NOT NULL" },
  { kind: "default", name: "email", sql: "ALTER TABLE T ALTER email SET DEFAULT 'somebody'" },
  { kind: "default", name: "email", sql: "ALTER TABLE T ALTER email DROP DEFAULT" },
  { kind: "identity", name: "id", sql: "ALTER TABLE T ALTER id SET GENERATED ALWAYS" },
  { kind: "sequence", name: "id", sql: "ALTER TABLE T ALTER id SET INCREMENT 11 SET MINVALUE -9 SET NO CYCLE" },
  { kind: "sequence grant", name: "id to reader_%", sql: "GRANT SELECT ON SEQUENCE S.counter TO reader_%" },
  { kind: "sequence grant", name: "id to writer_%", sql: "REVOKE ALL ON SEQUENCE S.counter FROM writer_%" },
  { kind: "storage", name: "email", sql: "ALTER TABLE T ALTER email SET STORAGE MAIN" },
  { kind: "storage", name: "email", sql: "ALTER TABLE T ALTER email SET STORAGE EXTENDED" },
  { kind: "compression", name: "email", sql: "ALTER TABLE T ALTER email SET COMPRESSION pglz" },
  { kind: "compression", name: "code", sql: "ALTER TABLE T ALTER code SET COMPRESSION default" },
  { kind: "statistics target", name: "email", sql: "ALTER TABLE T ALTER email SET STATISTICS 7" },
  { kind: "statistics target", name: "n", sql: "ALTER TABLE T ALTER n SET STATISTICS -1" },
  { kind: "column option", name: "n n_distinct", sql: "ALTER TABLE T ALTER n SET (n_distinct = 7)" },
  {
    kind: "column option",
    name: "email n_distinct",
    sql: "ALTER TABLE T ALTER email RESET (n_distinct, n_distinct_inherited)",
  },
  { kind: "column grant", name: "email to writer_%", sql: "GRANT INSERT (email) ON T TO writer_% WITH GRANT OPTION" },
  { kind: "column grant", name: "n to writer_%", sql: "REVOKE UPDATE (n) ON T FROM writer_%" },
  { kind: "check constraint", name: "late", sql: "ALTER TABLE T ADD CONSTRAINT late CHECK (n > -7)" },
  { kind: "check constraint", name: "n_positive", sql: "ALTER TABLE T DROP CONSTRAINT n_positive" },
  {
    kind: "check constraint",
    name: "n_small",
    sql: "ALTER TABLE T DROP CONSTRAINT n_small, ADD CONSTRAINT n_small CHECK (n < 100000)",
    since: 18,
  },
  {
    kind: "unique constraint",
    name: "late_key",
    sql: "ALTER TABLE T ADD CONSTRAINT late_key UNIQUE (at, id, n) DEFERRABLE",
  },
  // Its name is the live table's; on the other one it has another.
  {
    kind: "unique constraint",
    name: "t_code_key|t_code_at_key",
    only: "other",
    sql: "DO $$ BEGIN EXECUTE (SELECT format('ALTER TABLE T DROP CONSTRAINT %I', conname) FROM pg_constraint WHERE conrelid = 'T'::regclass AND conname IN ('t_code_key', 't_code_at_key')); END $$",
  },
  {
    kind: "index",
    name: "t_email_serial_key|t_email_serial_at_key",
    only: "other",
    sql: "DO $$ BEGIN EXECUTE (SELECT format('DROP INDEX S.%I', relname) FROM pg_index x JOIN pg_class c ON c.oid = indexrelid WHERE indrelid = 'T'::regclass AND relname LIKE 't_email_serial%'); END $$",
  },
  { kind: "unique constraint", name: "t_n_at_key", sql: "ALTER TABLE T DROP CONSTRAINT t_n_at_key" },
  {
    kind: "index",
    name: "late",
    sql: "CREATE INDEX late ON T (email DESC, lower(code) text_pattern_ops) INCLUDE (n) WITH (fillfactor = 71) TABLESPACE index_place_% WHERE n > 0",
  },
  { kind: "index", name: "late_unique", sql: "CREATE UNIQUE INDEX late_unique ON T (at DESC, id, email)" },
  { kind: "index", name: "t_gin", sql: "DROP INDEX S.t_gin" },
  { kind: "index", name: "t_hash", sql: "DROP INDEX S.t_hash; CREATE INDEX t_hash ON T (n)" },
  {
    kind: "index statistics",
    name: "t_expression 1",
    sql: "ALTER INDEX S.t_expression ALTER COLUMN 1 SET STATISTICS 9",
  },
  {
    kind: "index statistics",
    name: "t_expression 2",
    sql: "ALTER INDEX S.t_expression ALTER COLUMN 2 SET STATISTICS 9",
  },
  { kind: "cluster", sql: "ALTER TABLE T CLUSTER ON t_expression", plainOnly: true },
  { kind: "cluster", sql: "ALTER TABLE T SET WITHOUT CLUSTER", plainOnly: true },
  { kind: "replica identity", sql: "ALTER TABLE T REPLICA IDENTITY FULL" },
  { kind: "extended statistics", name: "late", sql: "CREATE STATISTICS S.late (dependencies) ON code, n FROM T" },
  { kind: "extended statistics", name: "counted", sql: "ALTER STATISTICS S.counted SET STATISTICS 5" },
  { kind: "extended statistics", name: "expressed", sql: "DROP STATISTICS S.expressed" },
  { kind: "storage parameter", name: "fillfactor", sql: "ALTER TABLE T SET (fillfactor = 55)", plainOnly: true },
  {
    kind: "storage parameter",
    name: "autovacuum_enabled",
    sql: "ALTER TABLE T RESET (autovacuum_enabled)",
    plainOnly: true,
  },
  {
    kind: "storage parameter",
    name: "toast.vacuum_truncate",
    sql: "ALTER TABLE T SET (toast.vacuum_truncate = false)",
    plainOnly: true,
  },
  { kind: "tablespace", sql: "ALTER TABLE T SET TABLESPACE index_place_%", plainOnly: true },
  { kind: "access method", sql: "ALTER TABLE T SET ACCESS METHOD heap", plainOnly: true, since: 15 },
  { kind: "row security", name: "forced", sql: "ALTER TABLE T NO FORCE ROW LEVEL SECURITY" },
  { kind: "row security", name: "enabled", sql: "ALTER TABLE T DISABLE ROW LEVEL SECURITY" },
  { kind: "policy", name: "late", sql: "CREATE POLICY late ON T FOR DELETE TO reader_% USING (n > 5)" },
  { kind: "policy", name: "odd", sql: "ALTER POLICY odd ON T USING (n % 2 = 0)" },
  { kind: "policy", name: "its_own", sql: "DROP POLICY its_own ON T" },
  {
    kind: "trigger",
    name: "late",
    sql: "CREATE TRIGGER late AFTER DELETE ON T FOR EACH ROW EXECUTE FUNCTION app.fire()",
  },
  {
    kind: "trigger",
    name: "b_before",
    sql: "DROP TRIGGER b_before ON T; CREATE TRIGGER b_before BEFORE INSERT ON T FOR EACH ROW EXECUTE FUNCTION app.fire()",
  },
  { kind: "trigger", name: "statement", sql: "DROP TRIGGER statement ON T" },
  { kind: "grant", name: "to reader_%", sql: "REVOKE INSERT ON T FROM reader_%" },
  { kind: "grant", name: "to PUBLIC", sql: "GRANT SELECT ON T TO PUBLIC" },
  { kind: "grant", name: "to owner_%", sql: "GRANT TRUNCATE ON T TO owner_%" },
  {
    kind: "primary key",
    name: "t_pkey",
    sql: "ALTER TABLE T REPLICA IDENTITY DEFAULT, DROP CONSTRAINT t_pkey",
    only: "other",
  },
];

for (const server of inject("servers")) {
  describe(server.name, () => {
    test("every property: over, back, over again; maintenance gives it to new partitions", async () => {
      const { c, write } = await create(server);
      const before = await describeTable(c.client, c.name);
      await c.setup();
      await c.work();
      await c.cutover();
      await c.work();
      const replaced = [
        ["PRIMARY KEY (id)", "PRIMARY KEY (id, at)"],
        ["t_pkey ON T USING btree (id)", "t_pkey ON T USING btree (id, at)"],
        ["t_code_key", "t_code_at_key"],
        ["(code) INCLUDE", "(code, at) INCLUDE"],
        ["t_email_serial_key", "t_email_serial_at_key"],
        ["(email DESC NULLS LAST, serial)", "(email DESC NULLS LAST, serial, at)"],
      ] as const;
      const expected = before
        .map((line) => replaced.reduce((text, [from, to]) => text.replaceAll(from, to), line))
        .sort();
      expect(await describeTable(c.client, c.name)).toEqual(expected);

      await c.query(write("INSERT INTO T (at, code) VALUES ('2001-02-03', 'old')"));
      await c.maintain();
      expect(await c.value("SELECT tableoid::regclass::text LIKE '%default' FROM app.t WHERE code = 'old'")).toBe(
        false,
      );
      expect(await describeTable(c.client, c.name)).toEqual(expected);

      await c.work();
      await c.rollback();
      await c.work();
      expect(await describeTable(c.client, c.name)).toEqual(before);
      expect(
        await c.value(
          "SELECT count(*)::int FROM pg_class WHERE relname = 't_pkey' AND relkind = 'i' AND relnamespace = 'app'::regnamespace",
        ),
      ).toBe(1);

      await c.cutover();
      await c.work();
      expect(await describeTable(c.client, c.name)).toEqual(expected);
      await c.cleanup(null);
      expect(await describeTable(c.client, c.name)).toEqual(expected);
    });

    const sides = [
      { stage: "setup", changed: "live" },
      { stage: "setup", changed: "other" },
      { stage: "cutover", changed: "live" },
      { stage: "cutover", changed: "other" },
    ] as const;
    test.each(sides)(
      "stage $stage: what is changed on the $changed table is named, and its statement mends it",
      async (side) => {
        const { c, major, write } = await create(server);
        await c.setup();
        await c.work();
        if (side.stage === "cutover") {
          await c.cutover();
          await c.work();
        }
        const other = side.stage === "setup" ? "app_partitioned" : "app_old";
        const schema = side.changed === "live" ? "app" : other;
        const isPlain = (side.stage === "setup") === (side.changed === "live");
        const at = (sql: string) => write(sql.replaceAll(/\bS\./g, `${schema}.`), `${schema}.t`);
        await c.query("SELECT prisma_partition.carry_properties(1)");
        expect(await notSwapped(c)).toEqual([]);
        // Rows are only replayed there: whoever has enabled a trigger there is overruled.
        await c.query(`ALTER TABLE ${other}.t ENABLE TRIGGER USER`);
        await c.query("SELECT prisma_partition.carry_properties(1)");
        expect(
          await c.value(
            `SELECT string_agg(tgname, ', ') FROM pg_trigger WHERE tgrelid = '${other}.t'::regclass AND NOT tgisinternal AND tgname NOT LIKE 'prisma%' AND tgenabled <> 'D'`,
          ),
        ).toBe(null);

        for (const change of changes) {
          if (
            major < (change.since ?? 0) ||
            (change.plainOnly && !isPlain) ||
            (change.only ?? side.changed) !== side.changed
          )
            continue;
          const { sql, kind } = change;
          await c.query(at(sql));
          const found = await notSwapped(c);
          const named = found.find(
            (row) =>
              row.kind === kind &&
              write(change.name ?? "")
                .split("|")
                .includes(row.name),
          );
          expect(named?.statement, `${sql}: ${JSON.stringify(found)}`).toBeTruthy();
          const refused = await c.query("SELECT prisma_partition.check_parity(1)").then(
            () => "accepted",
            (error: { detail?: string }) => error.detail ?? String(error),
          );
          expect(refused, sql).toContain(named?.statement);
          // What a comment or a mark stands on may have been made anew just now.
          let left = found;
          for (let pass = 0; pass < 3 && left.length > 0; pass++) {
            for (const { statement } of left) if (statement) await c.query(statement);
            left = await notSwapped(c);
          }
          expect(left, sql).toEqual([]);
        }
        await c.query("SELECT prisma_partition.check_parity(1)");
        // What is the same already is left alone.
        const live = await describeTable(c.client, c.name);
        await c.query("SELECT prisma_partition.carry_properties(1)");
        expect(await describeTable(c.client, c.name)).toEqual(live);
      },
    );

    test("a column that was added is asked for in the words that add it", async () => {
      conversion = await Conversion.create(
        server,
        "CREATE TABLE app.t (id bigserial PRIMARY KEY, at timestamptz NOT NULL)",
        {
          table: "t",
          key: "at",
          uniques: [["id"]],
        },
      );
      const c = conversion;
      await c.setup();
      await c.query("ALTER TABLE app.t ADD late text COLLATE \"C\" NOT NULL DEFAULT 'x'");
      const detail = await c.step().catch((error: { detail?: string }) => error.detail);
      expect(detail).toContain("ALTER TABLE app_partitioned.t ADD COLUMN late text COLLATE \"C\" DEFAULT 'x'::text ");
      await c.query(detail ?? "");
      await c.work();
      await c.cutover();
    });

    test("a unique that Prisma does not know of is widened where the annotation says so, and only there", async () => {
      conversion = await Conversion.create(
        server,
        "CREATE TABLE app.t (id bigserial PRIMARY KEY, at timestamptz NOT NULL, code text, n integer)",
        { table: "t", key: "at", uniques: [["id"], ["code"]] },
      );
      const c = conversion;
      await c.query("ALTER TABLE app.t ADD UNIQUE (code)");
      await c.setup();
      await c.query(
        "CREATE UNIQUE INDEX once ON app.t (n DESC) INCLUDE (code); CREATE UNIQUE INDEX once_partly ON app.t (code) WHERE n > 3",
      );
      await expect(c.work()).rejects.toThrow(/unique index once was created after setup/);
      await c.query("UPDATE prisma_partition.tables SET weaken_unique = '{once}'");
      // One with a predicate is not the unique of those columns that the model states.
      await expect(c.work()).rejects.toThrow(/unique index once_partly was created after setup/);
      await c.query("UPDATE prisma_partition.tables SET weaken_unique = '{once, once_partly}'");
      await c.work();
      const indexes = await describeTable(c.client, "app_partitioned.t");
      expect(indexes).toContain("index once CREATE UNIQUE INDEX once ON T USING btree (n DESC, at) INCLUDE (code)");
      expect(indexes).toContain(
        "index once_partly CREATE UNIQUE INDEX once_partly ON T USING btree (code, at) WHERE (n > 3)",
      );
      expect(await notSwapped(c)).toEqual([]);
    });
  });
}
