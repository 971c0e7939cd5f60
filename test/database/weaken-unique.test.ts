/** Unique indexes that Prisma does not know of: each is widened by the key where the annotation agrees, and by nothing else. */
import { afterEach, describe, expect, inject, test } from "vitest";
import { Conversion, type TableSpec } from "../support/convert.ts";
import { type Refusal, refusedThenMended } from "../support/refused.ts";

const columns = "id bigserial PRIMARY KEY, at timestamptz NOT NULL, v integer, s text, doc jsonb";
const plain = `CREATE TABLE app.t (${columns})`;

interface Case {
  readonly title: string;
  /** What follows `ON app.t` in the definition, before and after; where there is no other, the key is in it already. */
  readonly index: string;
  readonly widened?: string;
  /** A constraint instead, as ALTER TABLE … ADD takes it. */
  readonly constraint?: true;
  readonly since?: number;
}

const cases: Case[] = [
  { title: "plain", index: "USING btree (s)", widened: "USING btree (s, at)" },
  {
    title: "partial, with parentheses and quotes in its predicate",
    index: `USING btree (s) WHERE ((v > 1) AND (s <> ') "(''\\'::text))`,
    widened: `USING btree (s, at) WHERE ((v > 1) AND (s <> ') "(''\\'::text))`,
  },
  {
    title: "expressions, with quotes of both kinds",
    index: `USING btree (lower(s), COALESCE((doc ->> 'a")('::text), ('x'::text || s)))`,
    widened: `USING btree (lower(s), COALESCE((doc ->> 'a")('::text), ('x'::text || s)), at)`,
  },
  {
    title: "operator classes, collation and order",
    index: `USING btree (s COLLATE "C" text_pattern_ops DESC NULLS LAST, v DESC)`,
    widened: `USING btree (s COLLATE "C" text_pattern_ops DESC NULLS LAST, v DESC, at)`,
  },
  { title: "INCLUDE", index: "USING btree (s) INCLUDE (v)", widened: "USING btree (s, at) INCLUDE (v)" },
  { title: "INCLUDE of the key", index: "USING btree (s) INCLUDE (at)", widened: "USING btree (s, at) INCLUDE (at)" },
  {
    title: "NULLS NOT DISTINCT, a fill factor, partial",
    since: 15,
    index: "USING btree (s, v) NULLS NOT DISTINCT WITH (fillfactor='70') WHERE (v IS NOT NULL)",
    widened: "USING btree (s, v, at) NULLS NOT DISTINCT WITH (fillfactor='70') WHERE (v IS NOT NULL)",
  },
  { title: "a constraint", constraint: true, index: "UNIQUE (s) INCLUDE (v)", widened: "UNIQUE (s, at) INCLUDE (v)" },
  {
    title: "a constraint that is checked at commit",
    constraint: true,
    index: "UNIQUE (s) DEFERRABLE INITIALLY DEFERRED",
    widened: "UNIQUE (s, at) DEFERRABLE INITIALLY DEFERRED",
  },
  { title: "with the key in it, of an expression: it needs no agreement", index: "USING btree (lower(s), at)" },
  { title: "with the key in it, partial: it needs no agreement", index: "USING btree (at, s) WHERE (v > 1)" },
];

const refusals: Refusal[] = [
  {
    title: "one that nobody has agreed to lose",
    ddl: `${plain}; CREATE UNIQUE INDEX "U" ON app.t (s); ALTER TABLE app.t ADD CONSTRAINT c UNIQUE (v)`,
    message:
      /unique index app\."U" lacks the key at .* weakenUnique: \["U"\], else run: DROP INDEX app\."U"\n.*unique index app\.c /,
  },
  {
    title: "the same, agreed to",
    ddl: `${plain}; CREATE UNIQUE INDEX "U" ON app.t (s)`,
    message: /in the annotation write weakenUnique: \["U"\]/,
    remedy: { weakenUnique: ["U"] },
  },
  {
    title: "a partial one of the columns that the model states",
    ddl: `${plain}; CREATE UNIQUE INDEX u ON app.t (s) WHERE v > 1`,
    table: { uniques: [["id"], ["s"]] },
    message: /unique index app\.u lacks the key/,
  },
  {
    title: "a name that no unique index has",
    ddl: `${plain}; CREATE UNIQUE INDEX t_s ON app.t (s); CREATE INDEX t_v ON app.t (v)`,
    table: { weakenUnique: ["t_s", "t_v", "t_x"] },
    message: /weakenUnique names t_v, which is no unique index of it \(those are t_s\).*\n.*weakenUnique names t_x/,
    remedy: { weakenUnique: ["t_s"] },
  },
  {
    title: "an index that is not valid",
    ddl: `${plain}; CREATE INDEX t_v ON app.t (v); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'app.t_v'::regclass`,
    message: /index app\.t_v is not valid/,
  },
  {
    title: "one that compares the key in a way of its own",
    ddl: "CREATE TABLE app.t (id text PRIMARY KEY, v integer); CREATE UNIQUE INDEX t_own ON app.t (v, id text_pattern_ops)",
    table: { key: "id", kind: "ulid" },
    message: /unique index app\.t_own compares the key id in another way/,
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

  describe(`${server.name}, widened`, () => {
    for (const one of cases) {
      if (major < (one.since ?? 0)) continue; // the server has no such thing
      test(one.title, async () => {
        const create = one.constraint
          ? `ALTER TABLE app.t ADD CONSTRAINT u ${one.index}`
          : `CREATE UNIQUE INDEX u ON app.t ${one.index}`;
        conversion = await Conversion.create(server, `${plain}; ${create}`, {
          ...table,
          weakenUnique: one.widened ? ["u"] : [],
        });
        const c = conversion;
        const definition = () =>
          c.value<string>(
            one.constraint
              ? "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'app.t'::regclass AND conname = 'u'"
              : "SELECT replace(substr(pg_get_indexdef('app.u'::regclass), strpos(pg_get_indexdef('app.u'::regclass), ' USING') + 1), 'ONLY ', '')",
          );
        const before = await definition();
        const insert = `INSERT INTO app.t (at, v, s, doc) SELECT now() - n * interval '1 day', n, gen_random_uuid()::text, '{}' FROM generate_series(1, 200) n`;
        await c.query(insert);
        await c.setup();
        await c.query(insert);
        await c.work();
        // Two rows change places under the unique, in one transaction but batches apart.
        await c.query("UPDATE app.t SET s = s || 'x'");
        await c.query(insert);
        await c.cutover();
        expect(await definition()).toBe(one.widened ?? before);
        await c.query("UPDATE app.t SET s = s || 'y'");
        await c.work();
        expect(await c.differences()).toEqual([]);
      });
    }

    test("a deferrable unique whose values change places is replayed in both directions", async () => {
      for (const when of ["", "INITIALLY DEFERRED"]) {
        conversion = await Conversion.create(
          server,
          `${plain}; ALTER TABLE app.t ADD CONSTRAINT u UNIQUE (v, at) DEFERRABLE ${when};
           INSERT INTO app.t (at, v) SELECT '2026-01-01', n FROM generate_series(1, 500) n`,
          { ...table, batchSize: 10 },
        );
        const c = conversion;
        const swap = "UPDATE app.t SET v = 501 - v";
        await c.setup();
        await c.query(swap);
        await c.work();
        await c.query(`BEGIN; SET CONSTRAINTS ALL DEFERRED; ${swap}; COMMIT`);
        await c.work();
        expect(await c.differences("app.t", "app_partitioned.t")).toEqual([]);
        await c.query(swap);
        await c.cutover();
        await c.query(swap);
        await c.work();
        expect(await c.differences()).toEqual([]);
        await expect(c.query("INSERT INTO app.t (at, v) VALUES ('2026-01-01', 7)")).rejects.toMatchObject({
          code: "23505",
          constraint: expect.stringContaining("t_p"),
        });
        await c.drop();
        conversion = undefined;
      }
    });
  });

  describe(`${server.name}, refused`, () => {
    for (const one of refusals) {
      test(one.title, async () => {
        await refusedThenMended(server, one, opened);
      });
    }
  });
}
