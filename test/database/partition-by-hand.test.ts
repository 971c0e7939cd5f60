/** What people do to a single partition of the live table: what is not captured by that is noticed, and mended. */
import { afterEach, describe, expect, inject, test } from "vitest";
import { Conversion } from "../support/convert.ts";

const DDL = `CREATE TABLE app.t (id bigserial PRIMARY KEY, at timestamptz NOT NULL, v integer);
  INSERT INTO app.t (at, v) SELECT now() - n * interval '1 day', n FROM generate_series(0, 99) n`;

let conversion: Conversion | undefined;
afterEach(async () => {
  await conversion?.drop();
  conversion = undefined;
});

for (const server of inject("servers")) {
  /** After the cutover, with the name of the partition that holds a row; that of row 100 is the oldest. */
  const converted = async (row = 50) => {
    conversion = await Conversion.create(server, DDL, { table: "t", key: "at", uniques: [["id"]] });
    await conversion.convert();
    return {
      c: conversion,
      leaf: await conversion.value<string>("SELECT tableoid::regclass::text FROM app.t WHERE id = $1", [row]),
    };
  };
  const restart = (c: Conversion) => c.query("SELECT prisma_partition.restart_capture('app', 't')");

  describe(`${server.name}, rows that go without a trigger`, () => {
    const ways = {
      TRUNCATE: (leaf: string) => `TRUNCATE ${leaf}`,
      DROP: (leaf: string) => `DROP TABLE ${leaf}`,
      DETACH: (leaf: string) => `ALTER TABLE app.t DETACH PARTITION ${leaf}`,
    };
    for (const [title, sql] of Object.entries(ways)) {
      test(`${title}: the rollback is refused, restart_capture mends it`, async () => {
        const { c, leaf } = await converted();
        await c.query(sql(leaf));
        await c.query("INSERT INTO app.t (id, at) VALUES (1000, now())");
        const contents = await c.query("SELECT * FROM app.t ORDER BY id");
        const refused = await c.rollback().then(
          () => undefined,
          (error) => error,
        );
        expect(refused).toMatchObject({
          message: expect.stringContaining("app.t and the old table differ"),
          detail: expect.stringMatching(/: 0 rows here, \d+ there/),
          hint: expect.stringContaining("SELECT prisma_partition.restart_capture('app', 't') mends it"),
        });
        expect(await c.value("SELECT stage FROM prisma_partition.tables")).toBe("cutover");
        expect(await c.value("SELECT count(*)::int FROM app_old.t WHERE id <= 100")).toBe(100);

        await restart(c);
        await c.work();
        expect(await c.differences()).toEqual([]);
        await c.rollback();
        expect(await c.query("SELECT * FROM app.t ORDER BY id")).toEqual(contents);
      });
    }
  });

  describe(`${server.name}, with a retention`, () => {
    test("the oldest partition dropped before its time has not expired", async () => {
      const { c, leaf } = await converted(100);
      await c.alter({ retention: "2 years" });
      await c.query(`DROP TABLE ${leaf}`);
      await expect(c.rollback()).rejects.toThrow(/app\.t and the old table differ/);
      expect(await c.value("SELECT count(*)::int FROM app_old.t")).toBe(100);
      await restart(c);
      await c.rollback();
    });
  });

  describe(`${server.name}, the partition's own capture trigger`, () => {
    test("ENABLE TRIGGER ALL after DISABLE: silent for replicas, and noticed", async () => {
      const { c, leaf } = await converted();
      await c.query(`ALTER TABLE ${leaf} DISABLE TRIGGER ALL; ALTER TABLE ${leaf} ENABLE TRIGGER ALL`);
      await c.query("SET session_replication_role = replica; UPDATE app.t SET v = -1 WHERE id = 50");
      await c.query("RESET session_replication_role");
      await expect(c.step()).rejects.toThrow(/change capture on app\.t was dropped or disabled/);
      await expect(c.rollback()).rejects.toThrow(/change capture on app\.t was dropped or disabled/);

      await restart(c);
      await c.work();
      await c.query("SET session_replication_role = replica; UPDATE app.t SET v = -2 WHERE id = 50");
      await c.query("RESET session_replication_role");
      await c.work();
      expect(await c.differences()).toEqual([]);
    });

    for (const sql of ["DISABLE", "ENABLE", "ENABLE REPLICA"]) {
      test(`${sql}: noticed`, async () => {
        const { c, leaf } = await converted();
        await c.query(`ALTER TABLE ${leaf} ${sql} TRIGGER prisma_partition_capture`);
        await expect(c.step()).rejects.toThrow(/change capture on app\.t was dropped or disabled/);
        await c.query(`ALTER TABLE ${leaf} ENABLE ALWAYS TRIGGER prisma_partition_capture`);
        await c.work();
      });
    }

    test("missing: noticed", async () => {
      const { c, leaf } = await converted();
      await c.query("BEGIN; SET LOCAL allow_system_table_mods = on");
      await c.query(
        `DELETE FROM pg_trigger WHERE tgrelid = '${leaf}'::regclass AND tgname = 'prisma_partition_capture'`,
      );
      await expect(c.query("SELECT prisma_partition.assert_intact(t) FROM prisma_partition.tables t")).rejects.toThrow(
        /change capture on app\.t was dropped or disabled/,
      );
      await c.query("ROLLBACK");
      await c.work();
    });

    test("of a partition that came later, and of one whose rows were in the default partition: as on every other", async () => {
      const { c } = await converted();
      await c.query("INSERT INTO app.t (at) VALUES (now() - interval '2 years')");
      await c.alter({ premake: 6 });
      expect(await c.maintain()).toBeGreaterThan(4);
      await c.work();
      expect(await c.differences()).toEqual([]);
    });
  });
}
