/**
 * Foreign keys that are NOT VALID: refused by name before a swap, in either direction, unless a swap has left them so.
 * (Setup: see refusals-at-setup.)
 */
import { afterEach, describe, expect, inject, test } from "vitest";
import { render } from "../../generator/sql/render.ts";
import { Conversion, type TableSpec } from "../support/convert.ts";

const DDL = `CREATE TABLE app.t (id bigint PRIMARY KEY, v integer); INSERT INTO app.t SELECT n, n FROM generate_series(1, 100) n;
  CREATE TABLE app.o (id bigint PRIMARY KEY, t_id bigint CONSTRAINT fk REFERENCES app.t); INSERT INTO app.o SELECT n, n FROM generate_series(1, 100) n`;
const TABLE: TableSpec = { table: "t", key: "id", kind: "integer", interval: "30", uniques: [["id"]] };
const LOOSEN = `ALTER TABLE app.o DROP CONSTRAINT fk; INSERT INTO app.o VALUES (1000, 1000);
  ALTER TABLE app.o ADD CONSTRAINT fk FOREIGN KEY (t_id) REFERENCES app.t NOT VALID`;
const MEND = "DELETE FROM app.o WHERE id = 1000; ALTER TABLE app.o VALIDATE CONSTRAINT fk";
const refusal = {
  message: expect.stringMatching(/not its equal/),
  detail: expect.stringMatching(
    /^foreign key fk on app\.o is NOT VALID, .* run: ALTER TABLE app\.o VALIDATE CONSTRAINT fk$/,
  ),
};

let conversion: Conversion | undefined;
afterEach(async () => {
  await conversion?.drop();
  conversion = undefined;
});

for (const server of inject("servers")) {
  const start = async (ddl = DDL) => {
    conversion = await Conversion.create(server, ddl, TABLE);
    return conversion;
  };
  const left = (c: Conversion) =>
    c.value<number>(
      "SELECT count(*)::int FROM pg_constraint WHERE conname = 'fk' AND NOT convalidated AND conparentid = 0",
    );

  describe(server.name, () => {
    test.each([
      ["64MB", "by the swap"],
      ["40kB", "by the cleanup"],
    ])("of small tables (up to %s): validated %s, where nobody runs in between", async (small, by) => {
      const c = await start();
      await c.query(`SET prisma_partition.small_table = '${small}'`); // the referencing table has 8 kB
      await c.setup();
      await c.cutover();
      expect(await left(c)).toBe(by === "by the swap" ? 0 : 1);
      await c.cleanup();
      expect(await left(c)).toBe(0);
    });

    test("of large tables: a cleanup asks for the backfill", async () => {
      const c = await start();
      await c.setup();
      await c.work();
      await c.query("SET prisma_partition.small_table = '1kB'");
      await c.cutover();
      await expect(c.cleanup()).rejects.toMatchObject({ message: expect.stringMatching(/not validated yet/) });
      await c.work();
      await c.cleanup();
    });

    test("since setup, and since cutover: refused by the next swap, which goes through once they are valid", async () => {
      const c = await start();
      await c.setup();
      await c.work();
      await c.query(LOOSEN);
      await expect(c.cutover()).rejects.toMatchObject(refusal);
      await c.query(MEND);
      await c.cutover();
      await c.work();
      await c.query(LOOSEN);
      await expect(c.rollback()).rejects.toMatchObject(refusal);
      await c.query(MEND);
      await c.rollback();
      await c.work();
      expect(await left(c)).toBe(0);
    });

    test("left so by a swap: neither the way back nor another cutover is refused", async () => {
      const c = await start();
      await c.setup();
      await c.work();
      await c.query("SET prisma_partition.small_table = '40kB'");
      await c.cutover();
      expect(await left(c)).toBe(1);
      await c.rollback();
      expect(await left(c)).toBe(1);
      await c.cutover();
      expect(await left(c)).toBe(1);
      await c.work();
      expect(await left(c)).toBe(0);
      expect(await c.differences()).toEqual([]);
    });

    for (const [title, first, second] of [
      ["the table that it references was converted as well", "t", "o"],
      ["the table that it is of was converted as well", "o", "t"],
    ] as const) {
      test(`left so by another table's swap: ${title}`, async () => {
        const c = await start();
        // Nothing is small enough for its keys to be validated under the lock.
        await c.query("SET prisma_partition.small_table = '0'");
        const migrate = (transition: "setup" | "cutover", table: string) => {
          const { stage: _, ...spec } = { ...c.spec, table };
          const uniques = [{ kind: "id" as const, name: `${table}_pkey`, columns: ["id"] }];
          const setup = { ...spec, stage: "setup" as const, uniques };
          return c.query(
            transition === "setup"
              ? render({ transition, spec: setup, cutoverUniques: uniques }, "0_setup")
              : render(
                  { transition, spec: { ...setup, stage: "cutover" }, cutoverUniques: uniques, reached: setup },
                  "0_cutover",
                ),
          );
        };
        const work = async () => {
          for (const { id } of await c.query<{ id: number }>("SELECT id FROM prisma_partition.tables")) {
            while ((await c.value(`SELECT state FROM prisma_partition.run_step(${id})`)) === "worked");
          }
        };
        await migrate("setup", first);
        await migrate("setup", second);
        await work();
        await migrate("cutover", first);
        expect(await left(c)).toBeGreaterThan(0);
        await migrate("cutover", second);
        await work();
        expect(await left(c)).toBe(0);
        await expect(c.query("INSERT INTO app.o VALUES (1000, 1000)")).rejects.toMatchObject({ code: "23503" });
      });
    }

    if (Number(server.name.split("-")[1]) < 18) return; // the server has no such thing
    test("NOT ENFORCED: nothing is checked, so nothing is refused", async () => {
      const c = await start(
        `${DDL}; ALTER TABLE app.o ALTER CONSTRAINT fk NOT ENFORCED; INSERT INTO app.o VALUES (1000, 1000)`,
      );
      await c.convert();
      await c.rollback();
    });
  });
}
