/** Every kind of key at every interval: which partitions there are, and in which of them the rows end. */
import { afterEach, describe, expect, inject, test } from "vitest";
import type { KeyKind } from "../../generator/spec.ts";
import { bucket, buckets, instantOf, keyAt, step } from "../support/axis.ts";
import { Conversion, type TableSpec } from "../support/convert.ts";

const hour = 3_600_000;
const day = 24 * hour;
const now = () => new Date();
const ago = (ms: number) => new Date(Date.now() - ms);

/** How the key of that kind is declared, and whether it is the row's id. */
const columns: Record<Exclude<KeyKind, "integer">, { type: string; isId: boolean }> = {
  timestamptz: { type: "timestamptz", isId: false },
  timestamp: { type: "timestamp(3)", isId: false },
  date: { type: "date", isId: false },
  uuid7: { type: "uuid", isId: true },
  ulid: { type: "text", isId: true },
};
type TimeKind = keyof typeof columns;

/** How far back rows lie at an interval: so many that both switches of daylight saving time are among them, where it matters. */
const reach: Record<string, number> = {
  "1 hour": 40 * hour,
  "1 day": 370 * day,
  "1 week": 400 * day,
  "10 days": 400 * day,
  "1 month": 800 * day,
  "3 months": 1500 * day,
  "1 year": 4000 * day,
};

let conversion: Conversion | undefined;
afterEach(async () => {
  await conversion?.drop();
  conversion = undefined;
});

function table(kind: TimeKind): string {
  const { type, isId } = columns[kind];
  return isId
    ? `CREATE TABLE app.events (at ${type} PRIMARY KEY, note text)`
    : `CREATE TABLE app.events (id bigserial PRIMARY KEY, at ${type} NOT NULL, note text); CREATE INDEX ON app.events (at)`;
}

function specOf(kind: TimeKind, options: Partial<TableSpec> = {}): TableSpec {
  return { table: "events", key: "at", kind, uniques: [[columns[kind].isId ? "at" : "id"]], ...options };
}

async function insert(target: Conversion, kind: TimeKind, instants: readonly Date[]): Promise<void> {
  const keys = instants.map((at) => keyAt(kind, at));
  const { type } = columns[kind];
  await target.query(
    `INSERT INTO app.events (at, note) SELECT k::${type}, k FROM unnest($1::text[]) AS k ON CONFLICT DO NOTHING`,
    [keys],
  );
}

/** Lower bounds as the catalog has them, in order; each partition must end where its interval does. */
async function lowers(target: Conversion, kind: TimeKind, interval: string, parent = target.name): Promise<Date[]> {
  const found = (await target.bounds(parent)).map(({ lower, upper }) => ({
    lower: instantOf(kind, lower),
    upper: instantOf(kind, upper),
  }));
  found.sort((a, b) => a.lower.getTime() - b.lower.getTime());
  for (const { lower, upper } of found) expect(upper).toEqual(step(interval, lower, 1));
  return found.map(({ lower }) => lower);
}

/** pg_partman counts what is ahead from today, not from the bucket's beginning, and so has one more at times. */
function expectAhead(found: readonly Date[], interval: string, from: Date, premake: number): void {
  const expected = buckets(interval, from, now(), premake);
  expect(found.slice(0, expected.length)).toEqual(expected);
  expect(found.length - expected.length).toBeLessThanOrEqual(1);
}

async function defaultRows(target: Conversion, parent = target.name): Promise<string[]> {
  const leaf = await target.value<string>(
    `SELECT partdefid::regclass::text FROM pg_partitioned_table WHERE partrelid = '${parent}'::regclass`,
  );
  return (await target.query<{ note: string }>(`SELECT note FROM ${leaf} ORDER BY note COLLATE "C"`)).map(
    (r) => r.note,
  );
}

for (const [index, server] of inject("servers").entries()) {
  const modes = server.extensions ? (["auto", "builtin"] as const) : (["auto"] as const);
  for (const maintenance of modes) {
    const partman = server.extensions && maintenance === "auto";
    describe(`${server.name}, ${partman ? "pg_partman" : "builtin"}`, () => {
      const kinds = (Object.keys(columns) as TimeKind[]).filter(
        (kind) => maintenance === "builtin" || !server.extensions || !columns[kind].isId,
      );
      // Without pg_partman it is the same SQL everywhere: the servers share the kinds, but for MATRIX=all.
      const shared = !partman && !process.env.MATRIX;
      for (const kind of kinds) {
        if (shared && Object.keys(columns).indexOf(kind) % inject("servers").length !== index) continue;
        for (const interval of Object.keys(reach).filter((i) => kind !== "date" || i !== "1 hour")) {
          test(`${kind}, ${interval}: from the oldest row to premake ahead, nothing left over`, async () => {
            // A year of days once is enough.
            const from = ago(interval === "1 day" && kind !== "timestamptz" ? 60 * day : (reach[interval] as number));
            conversion = await Conversion.create(
              server,
              table(kind),
              specOf(kind, { interval, maintenance, premake: 3 }),
            );
            const span = Date.now() - from.getTime();
            await insert(
              conversion,
              kind,
              Array.from({ length: 500 }, (_, n) => new Date(from.getTime() + (span * n) / 500)),
            );
            await conversion.convert(2);
            expect(await lowers(conversion, kind, interval)).toEqual(buckets(interval, from, now(), 3));
            expect(await defaultRows(conversion)).toEqual([]);
            expect(await conversion.differences()).toEqual([]);
          });
        }

        test(`${kind}: an empty table`, async () => {
          conversion = await Conversion.create(server, table(kind), specOf(kind, { maintenance }));
          await conversion.convert();
          expect(await lowers(conversion, kind, "1 month")).toEqual(buckets("1 month", now(), now(), 2));
        });

        test(`${kind}: rows that lie before, between and far ahead of the partitions`, async () => {
          const options = { maintenance, start: ago(50 * day).toISOString(), interval: "1 week" };
          conversion = await Conversion.create(server, table(kind), specOf(kind, options));
          const [old, older, far] = [ago(400 * day), ago(13_000 * day), ago(-9000 * day)];
          await insert(conversion, kind, [old, older, far, now()]);
          const stays = [keyAt(kind, far).slice(0, 10)];
          if (!columns[kind].isId) {
            await conversion.query(
              "INSERT INTO app.events (at, note) VALUES ('infinity', 'infinity'), ('-infinity', '-infinity')",
            );
            stays.push("infinity", "-infinity");
          }
          await conversion.setup();
          expect(await defaultRows(conversion, conversion.shadow)).toEqual([]);
          await conversion.work();
          const kept = async () =>
            (await defaultRows(conversion as Conversion)).map((note) => note.slice(0, 10)).sort();
          await conversion.cutover();
          expect(await kept()).toEqual(stays.toSorted());
          const expected = [older, old].map((at) => bucket("1 week", at));
          expected.push(...buckets("1 week", ago(50 * day), now(), 2));
          expect(await lowers(conversion, kind, "1 week")).toEqual(expected);

          // After cutover: an old row into a gap, and one beyond what is premade but not far.
          const [gap, ahead] = [ago(200 * day), ago(-30 * day)];
          await insert(conversion, kind, [gap, ahead]);
          await conversion.maintain();
          expect(await conversion.maintain()).toBe(0);
          expect(await kept()).toEqual([...stays, keyAt(kind, ahead).slice(0, 10)].sort());
          await conversion.alter({ premake: 6 });
          await conversion.maintain();
          expect(await kept()).toEqual(stays.toSorted());
          expect(await conversion.maintain()).toBe(0);
          expected.splice(2, 0, bucket("1 week", gap));
          const last = expected.at(-1) as Date;
          expected.push(...[1, 2, 3, 4].map((n) => step("1 week", last, n)));
          expect(await lowers(conversion, kind, "1 week")).toEqual(expected);
          await conversion.work();
          expect(await conversion.differences()).toEqual([]);
        });

        for (const onExpire of ["detach", "drop"] as const) {
          test(`${kind}: retention, ${onExpire}`, async () => {
            const spec = specOf(kind, { maintenance, retention: "90 days", onExpire });
            conversion = await Conversion.create(server, table(kind), spec);
            const instants = Array.from({ length: 40 }, (_, n) => ago(n * 10 * day));
            await insert(conversion, kind, instants);
            await conversion.setup();
            await conversion.work();
            // Before cutover nothing expires: the plain table has those rows, too.
            await conversion.maintain();
            expectAhead(await lowers(conversion, kind, "1 month", conversion.shadow), "1 month", ago(390 * day), 2);
            await conversion.cutover();
            await conversion.maintain();
            const limit = ago(90 * day);
            const left = await lowers(conversion, kind, "1 month");
            expectAhead(left, "1 month", limit, 2);
            const detached = await conversion.query<{ name: string }>(
              `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
               WHERE schemaname = 'app_partitioned' AND tablename NOT LIKE 'template%' ORDER BY 1`,
            );
            expect(
              await conversion.value(
                "SELECT count(*)::int FROM pg_tables WHERE schemaname = 'app' AND tablename LIKE 'events%'",
              ),
            ).toBe(left.length + 2);
            if (onExpire === "drop") expect(detached).toEqual([]);
            else {
              const all = [conversion.name, ...detached.map(({ name }) => name)].map((name) => `TABLE ${name}`);
              await conversion.query(`CREATE VIEW everything AS ${all.join(" UNION ALL ")}`);
              expect(await conversion.differences("everything", conversion.old)).toEqual([]);
              await conversion.query("DROP VIEW everything");
            }
            // A straggler for an expired month, twice: maintenance must not stumble over it.
            for (const note of ["once", "twice"]) {
              await insert(conversion, kind, [ago(300 * day)]);
              await conversion.maintain();
              await conversion.maintain();
              expect(
                await conversion.value(
                  "SELECT count(*)::int FROM pg_inherits WHERE inhparent = 'app.events'::regclass",
                ),
                note,
              ).toBe(left.length + 1);
            }
            expect(await conversion.query("SELECT * FROM prisma_partition.verify(1) WHERE NOT matches")).toEqual([]);
          });
        }
      }
    });
  }

  describe(`${server.name}, integers`, () => {
    for (const type of ["bigint", "integer"] as const) {
      test(`${type}, negative ones too`, async () => {
        conversion = await Conversion.create(
          server,
          `CREATE TABLE app.events (id ${type} PRIMARY KEY, note text);
           INSERT INTO app.events SELECT n, n FROM generate_series(-2500, 2500, 7) n`,
          { table: "events", key: "id", kind: "integer", interval: "1000", premake: 2, uniques: [["id"]] },
        );
        await conversion.convert(2);
        const found = async () =>
          (await (conversion as Conversion).bounds("app.events"))
            .map((b) => [Number(b.lower), Number(b.upper)])
            .sort((a, b) => Number(a[0]) - Number(b[0]));
        const expected = [-3, -2, -1, 0, 1, 2, 3, 4].map((n) => [n * 1000, (n + 1) * 1000]);
        expect(await found()).toEqual(expected);
        await conversion.query("INSERT INTO app.events VALUES (4999, 'ahead'), (-7001, 'gap'), (5000, 'default')");
        await conversion.maintain();
        expect(await found()).toEqual([[-8000, -7000], ...expected, [5000, 6000], [6000, 7000], [7000, 8000]]);
        expect(await defaultRows(conversion)).toEqual([]);
        await conversion.alter({ retention: "6000" });
        await conversion.maintain();
        expect((await found())[0]).toEqual([-1000, 0]);
      });
    }

    test("the largest and smallest numbers there are", async () => {
      conversion = await Conversion.create(
        server,
        `CREATE TABLE app.events (id bigint PRIMARY KEY, note text);
         INSERT INTO app.events VALUES (9223372036854775807, 'max'), (9223372036854775806, 'next'), (9223372036854770000, 'near')`,
        { table: "events", key: "id", kind: "integer", interval: "1000", premake: 4, uniques: [["id"]] },
      );
      await conversion.convert();
      await conversion.query("INSERT INTO app.events VALUES (-9223372036854775808, 'min')");
      await conversion.maintain();
      await conversion.work();
      expect(await conversion.differences()).toEqual([]);
    });
  });
}
