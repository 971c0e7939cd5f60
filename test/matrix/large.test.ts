/** Five million narrow rows. Counts and hashes are taken by hand: nothing of the package's own verification is asked. */
import { afterEach, describe, expect, inject, test } from "vitest";
import { Conversion } from "../support/convert.ts";

let conversion: Conversion | undefined;
afterEach(async () => {
  await conversion?.drop();
  conversion = undefined;
});

// One of them in `npm test`, all in `npm run matrix`.
for (const server of inject("servers").slice(0, process.env.MATRIX ? undefined : 1)) {
  describe(server.name, () => {
    test("five million rows", { timeout: 600_000 }, async () => {
      conversion = await Conversion.create(
        server,
        `CREATE TABLE app.ticks (id bigint PRIMARY KEY, at timestamptz NOT NULL, v integer);
         INSERT INTO app.ticks SELECT n, timestamptz '2026-01-01' + n * interval '4 s', n % 1000 FROM generate_series(1, 5000000) n;`,
        { table: "ticks", key: "at", uniques: [["id"]], batchSize: 100_000 },
      );
      const c = conversion;
      const sum = async (table: string) =>
        c.query(
          `SELECT count(*)::int AS rows, sum(hashtextextended(t::text, 7)::numeric)::text AS hash FROM ${table} t`,
        );
      const before = await sum(c.name);
      expect(before).toMatchObject([{ rows: 5_000_000 }]);
      await c.setup();
      await c.work(2);
      await c.cutover();
      expect(await sum(c.name)).toEqual(before);
      expect(
        await c.value("SELECT count(*)::int FROM pg_class WHERE oid = 'app.ticks'::regclass AND relkind = 'p'"),
      ).toBe(1);
      // Every row is in the partition whose month is its own.
      expect(
        await c.value(
          "SELECT count(*)::int FROM (SELECT tableoid FROM app.ticks GROUP BY tableoid HAVING date_trunc('month', min(at), 'UTC') <> date_trunc('month', max(at), 'UTC')) x",
        ),
      ).toBe(0);
      await c.query("UPDATE app.ticks SET v = -1 WHERE id % 50000 = 0; DELETE FROM app.ticks WHERE id % 50000 = 1");
      const changed = await sum(c.name);
      await c.work();
      expect(await sum(c.old)).toEqual(changed);
      await c.rollback();
      expect(await sum(c.name)).toEqual(changed);
    });
  });
}
