import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { differences, edit, type Scenario, until } from "./scenario.ts";

export const drain: Scenario[] = [
  {
    title: "entries first, rows afterwards: a write that commits while a drain runs",
    lost: differences,
    prepare: (c) => edit(c, "drain_1_forward", "IF v_taken = 0", "PERFORM pg_sleep(0.5); IF v_taken = 0"),
    async mutate(c) {
      await edit(
        c,
        "drain_1_forward",
        /BEGIN\s/,
        "BEGIN CREATE TEMP TABLE early ON COMMIT DROP AS TABLE app.events; PERFORM pg_sleep(0.5); ",
      );
      await edit(c, "drain_1_forward", /JOIN app\.events s/, "JOIN early s");
    },
    async run(c) {
      await until(c, "drain");
      await c.query("UPDATE app.events SET v = -1 WHERE id = 5");
      const runner = await c.connect();
      const step = c.step(runner);
      await sleep(200);
      await c.query("UPDATE app.events SET v = -2 WHERE id = 5");
      await step;
      await c.work();
      expect(await c.differences(c.name, c.shadow)).toEqual([]);
    },
  },
  {
    title: "bit for bit: 1.0 becomes 1.00, which equals it",
    lost: differences,
    mutate: (c) => edit(c, "drain_1_forward", "WHERE record_image_ne(ROW(d.", "WHERE record_ne(ROW(d."),
    async run(c) {
      await until(c, "drain");
      await c.query("UPDATE app.events SET amount = 1.00 WHERE id = 5");
      await c.work();
      expect(await c.differences(c.name, c.shadow)).toEqual([]);
    },
  },
  {
    title: "collisions: a unique value that moves between rows of two batches",
    lost: /duplicate key value violates unique constraint/,
    mutate: (c) => edit(c, "drain_all", "cardinality_violation THEN", "cardinality_violation THEN RAISE;"),
    async run(c) {
      await until(c, "drain");
      await c.query(
        `INSERT INTO app.events SELECT n, date_trunc('day', now()), 'code ' || n, 1 FROM generate_series(1001, 1002) n`,
      );
      await c.work();
      await c.alter({ batchSize: 1 });
      // The first entry alone would put a second 'code 1002' beside the one that has not gone yet.
      await c.query(
        `BEGIN; UPDATE app.events SET code = 'in passing' WHERE id = 1001; UPDATE app.events SET code = 'code 1001' WHERE id = 1002;
         UPDATE app.events SET code = 'code 1002' WHERE id = 1001; COMMIT`,
      );
      await c.work();
      expect(await c.differences(c.name, c.shadow)).toEqual([]);
    },
  },
];
