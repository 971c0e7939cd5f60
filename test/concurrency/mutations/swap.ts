/** The exchange of the tables, which a cutover does and a rollback does backwards: the same remedies, the same losses. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { Conversion } from "../../support/convert.ts";
import { doneOrWaiting, edit, type Scenario } from "./scenario.ts";

interface Way {
  readonly name: string;
  readonly ready: (c: Conversion) => Promise<unknown>;
  readonly swap: (c: Conversion) => Promise<unknown>;
}

const ways: Way[] = [
  { name: "cutover", ready: (c) => c.work(), swap: (c) => c.cutover() },
  {
    name: "rollback",
    async ready(c) {
      await c.work();
      await c.cutover();
      await c.work();
    },
    swap: (c) => c.rollback(),
  },
];

function both({ name, ready, swap }: Way): Scenario[] {
  return [
    {
      title: `${name}, the guard: an UPDATE whose snapshot lies between the drain and the swap`,
      lost: /expected \[ { v: 1 } \] to deeply equal \[ { v: 2 } \]/,
      mutate: (c) => edit(c, "guard_snapshots", "BEFORE INSERT OR UPDATE OR DELETE", "AFTER TRUNCATE"),
      async run(c) {
        await ready(c);
        const [blocker, writer, repeatable] = [await c.connect(), await c.connect(), await c.connect()];
        await blocker.query("BEGIN; LOCK TABLE app.events IN ROW EXCLUSIVE MODE");
        const swapped = swap(c);
        await doneOrWaiting(c, swapped); // it has waited out old snapshots and is asking for its lock
        await writer.query("INSERT INTO app.events VALUES (1000, now(), 'late', 1)");
        await repeatable.query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_class");
        await sleep(300); // drained, not committed
        await blocker.query("COMMIT");
        await swapped;
        // Under the name is the other table, where the row is the swap's: invisible.
        try {
          await repeatable.query("UPDATE app.events SET v = 2 WHERE id = 1000");
          await repeatable.query("COMMIT");
        } catch (error) {
          expect(error).toMatchObject({ code: "40001" });
          await repeatable.query("ROLLBACK; UPDATE app.events SET v = 2 WHERE id = 1000");
        }
        expect(await c.query("SELECT v FROM app.events WHERE id = 1000")).toEqual([{ v: 2 }]);
      },
    },
    {
      title: `${name}, the last drain, under the lock: a write that commits while the lock is waited for`,
      lost: /expected \[ { v: 5 } \] to deeply equal \[ { v: -1 } \]/,
      async mutate(c) {
        await edit(c, "swap", "PERFORM prisma_partition.drain_all(t.id);", "");
        await edit(c, "swap", "v_left := prisma_partition.log_entries(t.id)", "v_left := 0");
      },
      async run(c) {
        await ready(c);
        const writer = await c.connect();
        await writer.query("BEGIN; UPDATE app.events SET v = -1 WHERE id = 5");
        await c.query("SET prisma_partition.lock_timeout = '30s'"); // one attempt, which the writer ends
        const swapped = swap(c);
        await doneOrWaiting(c, swapped);
        await writer.query("COMMIT");
        await swapped;
        expect(await c.query("SELECT v FROM app.events WHERE id = 5")).toEqual([{ v: -1 }]);
      },
    },
    {
      title: `${name}, the wait for snapshots: a reader whose snapshot is older than the rows of the other table`,
      lost: /expected \[ { rows: \+?\d+ } \] to deeply equal \[ { rows: 40[01] } \]/,
      mutate: (c) => edit(c, "wait_for_snapshots", /\bLOOP\b/, "RETURN; LOOP"),
      async run(c) {
        const reader = await c.connect();
        const look = () => reader.query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_class");
        if (name === "cutover") await look();
        await ready(c);
        await c.query("INSERT INTO app.events VALUES (1000, now(), 'replayed after the look', 1)");
        if (name === "rollback") await look();
        await c.work();
        await c.query("SET prisma_partition.snapshot_timeout = '500ms'");
        const rows = name === "cutover" ? 400 : 401;
        const outcome = await swap(c).then(
          () => "swapped",
          (error) => error,
        );
        expect((await reader.query("SELECT count(*)::int AS rows FROM app.events")).rows).toEqual([{ rows }]);
        expect(outcome).toMatchObject({
          code: "55P03",
          message: expect.stringContaining("transactions with a snapshot older than the copy are still open"),
          detail: expect.stringContaining(`pid ${(reader as unknown as { processID: number }).processID} `),
        });
        await reader.query("COMMIT");
        await swap(c);
      },
    },
  ];
}

export const swaps: Scenario[] = [
  ...ways.flatMap(both),
  {
    title: "rollback, what a replay has displaced: a second row that appears between the check and the replay",
    lost: /expected 'rolled back' to match object/,
    async mutate(c) {
      await edit(c, "create_drain", "IF v_displaced <> '{}' THEN", "IF false THEN");
      await edit(c, "check_duplicates", /BEGIN\s/, "BEGIN RETURN; ");
      await edit(c, "check_rows", /BEGIN\s/, "BEGIN RETURN; "); // as for a write after it
    },
    async run(c) {
      await c.work();
      await c.cutover();
      await c.work();
      await edit(c, "drain_1_reverse", /INSERT INTO app_old\.events AS d/, "PERFORM pg_sleep(0.6); $&");
      const second = "INSERT INTO app.events VALUES (5, date_trunc('day', now()), 'a second one', 6)";
      await c.query(`BEGIN; ${second}; DELETE FROM app.events WHERE v = 6; COMMIT`);
      const runner = await c.connect();
      const step = c.step(runner);
      await sleep(300);
      await c.query(second);
      await step;
      await edit(c, "drain_1_reverse", "PERFORM pg_sleep(0.6);", "");
      await c.work();
      const outcome = await c.rollback().then(
        () => "rolled back",
        (error) => error,
      );
      expect(outcome).toMatchObject({ code: "23505" });
      expect(await c.query("SELECT v FROM app.events WHERE id = 5 ORDER BY v")).toEqual([{ v: 5 }, { v: 6 }]);
    },
  },
  {
    title: "rollback, the check for duplicates: two rows that the old table cannot hold beside each other",
    lost: /expected \[ { v: 5 } \] to deeply equal \[ { v: 5 }, { v: 6 } \]/,
    async mutate(c) {
      await edit(c, "check_duplicates", /BEGIN\s/, "BEGIN RETURN; ");
      await edit(c, "swap", "v_left := prisma_partition.log_entries(t.id)", "v_left := 0"); // which it would meet there
    },
    async run(c) {
      await c.work();
      await c.cutover();
      await c.query("INSERT INTO app.events VALUES (5, now(), 'a second one', 6)");
      await c.work();
      const outcome = await c.rollback().then(
        () => "rolled back",
        (error) => error,
      );
      expect(await c.query("SELECT v FROM app.events WHERE id = 5 ORDER BY v")).toEqual([{ v: 5 }, { v: 6 }]);
      expect(outcome).toMatchObject({
        code: "23505",
        detail: expect.stringMatching(/^events_pkey \(id\): id=5 at=.* and id=5 at=/),
      });
    },
  },
];
