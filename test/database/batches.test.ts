/** How large a unit of work is. */
import { afterEach, describe, expect, inject, test } from "vitest";
import { Conversion } from "../support/convert.ts";

let conversion: Conversion | undefined;
afterEach(async () => {
  await conversion?.drop();
  conversion = undefined;
});

for (const server of inject("servers")) {
  describe(server.name, () => {
    const create = async (ddl: string, batchSize: number) => {
      conversion = await Conversion.create(
        server,
        `CREATE TABLE app.t (id bigint PRIMARY KEY, at timestamptz NOT NULL, v text); ${ddl}`,
        { table: "t", key: "at", uniques: [["id"]], batchSize },
      );
      await conversion.setup();
      return conversion;
    };

    test("a load of rows with large values is cut by their size", async () => {
      const c = await create(
        `ALTER TABLE app.t ALTER v SET STORAGE EXTERNAL;
         INSERT INTO app.t SELECT n, now(), repeat('x', 200000) FROM generate_series(1, 1000) n; ANALYZE app.t`,
        10_000,
      );
      // 200 MB in a heap of a few blocks, which 10,000 rows would have made one task
      expect(await c.value<number>("SELECT count(*)::int FROM prisma_partition.batches")).toBeGreaterThanOrEqual(3);
      await c.work();
      expect(await c.value("SELECT count(*)::int FROM app_partitioned.t")).toBe(1000);
    });

    test("a drain takes what the last one would have replayed in a second, within bounds", async () => {
      const c = await create("INSERT INTO app.t SELECT n, now(), '' FROM generate_series(1, 2000) n", 1000);
      await c.work();
      await c.query("UPDATE app.t SET v = 'changed'");
      const drained = async (rows: number, seconds: number) => {
        await c.query(
          `INSERT INTO prisma_partition.batches (table_id, step, rows, started_at, finished_at)
           SELECT id, 'drain', $1, now() - make_interval(secs => $2), now() FROM prisma_partition.tables`,
          [rows, seconds],
        );
        const [unit] = await c.query<{ rows: string; state: string }>(
          "SELECT s.rows, s.state FROM prisma_partition.tables t, prisma_partition.run_step(t.id) s",
        );
        return unit;
      };
      expect(await drained(1000, 5)).toEqual({ rows: "200", state: "worked" });
      expect(await drained(3, 1)).toEqual({ rows: "100", state: "worked" });
      expect(await drained(1000, 0)).toEqual({ rows: "1000", state: "worked" });
      expect(await drained(1000, 1)).toEqual({ rows: "700", state: "idle" });
      expect(await c.differences(c.name, c.shadow)).toEqual([]);
    });

    test("a cutover gives up where the log only grows, and succeeds when that is over", async () => {
      const c = await create("INSERT INTO app.t SELECT n, now(), '' FROM generate_series(1, 500) n", 100);
      await c.work();
      // Every row that is replayed is written ten times meanwhile, and never as it should be.
      await c.query(`CREATE FUNCTION app.busy() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN INSERT INTO prisma_partition.log_1 SELECT NEW.id, NEW.at FROM generate_series(1, 10); NEW.v := random(); RETURN NEW; END $$;
        CREATE TRIGGER busy BEFORE UPDATE ON app_partitioned.t FOR EACH ROW EXECUTE FUNCTION app.busy();
        UPDATE app.t SET v = 'changed'; SET prisma_partition.drain_timeout = '200ms'`);
      await expect(c.cutover()).rejects.toThrow(
        /app\.t is written to faster than its change log is replayed: 5000 entries, 5000 before that/,
      );
      await c.query(
        "DROP TRIGGER busy ON app_partitioned.t; DROP FUNCTION app.busy(); RESET prisma_partition.drain_timeout",
      );
      await c.cutover();
      expect(await c.differences()).toEqual([]);
    });
  });
}
