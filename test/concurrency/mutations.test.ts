/**
 * Each part of what makes the conversion right, taken out in turn: the very interleaving that it is there for must then
 * lose a row, and be seen to. With it, nothing is lost.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, inject, test } from "vitest";
import { Conversion } from "../support/convert.ts";

interface Scenario {
  readonly title: string;
  /** Runs once setup has. */
  readonly mutate: (c: Conversion) => Promise<unknown>;
  /** What is slowed down to make room for the interleaving; runs once setup has, mutated or not. */
  readonly prepare?: (c: Conversion) => Promise<unknown>;
  readonly run: (c: Conversion) => Promise<void>;
  /** How it shows. */
  readonly lost: RegExp;
}

const differences = /expected \[ .*\] to deeply equal \[\]/;
const indexFails = /could not create unique index/;

/** Replaces text in the body of an installed function. It must be there. */
async function edit(c: Conversion, name: string, from: string | RegExp, to: string): Promise<void> {
  const before = await c.value<string>(
    `SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname = '${name}' AND pronamespace = 'prisma_partition'::regnamespace`,
  );
  const after = before.replace(from, to);
  expect(after, `${name} does not contain ${from}`).not.toBe(before);
  await c.query(after);
}

/** Work up to the named step. */
async function until(c: Conversion, step: string): Promise<void> {
  while ((await c.value("SELECT step FROM prisma_partition.tables")) !== step) await c.step();
}

const scenarios: Scenario[] = [
  {
    title: "the guard: an UPDATE whose snapshot lies between the drain and the swap",
    lost: /expected \[ { v: 1 } \] to deeply equal \[ { v: 2 } \]/,
    mutate: (c) => edit(c, "guard_snapshots", "BEFORE INSERT OR UPDATE OR DELETE", "AFTER TRUNCATE"),
    async run(c) {
      await c.work();
      const [blocker, writer, repeatable] = [await c.connect(), await c.connect(), await c.connect()];
      await blocker.query("BEGIN; LOCK TABLE app.events IN ROW EXCLUSIVE MODE");
      const cutover = c.cutover();
      await sleep(500); // it has waited out old snapshots by now and is asking for its lock
      await writer.query("INSERT INTO app.events VALUES (1000, now(), 'late', 1)");
      await repeatable.query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_class");
      await sleep(300); // drained, not committed
      await blocker.query("COMMIT");
      await cutover;
      // Under the name is the new table, where the row is the swap's: invisible.
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
    title: "the old key in the log: a row that moves to another partition",
    lost: differences,
    mutate: (c) => edit(c, "capture_1", /(TG_OP = 'UPDATE' THEN\s+)INSERT INTO [^;]*;/, "$1"),
    async run(c) {
      await until(c, "drain");
      await c.query("UPDATE app.events SET at = at - interval '2 months' WHERE id = 5");
      await c.work();
      expect(await c.differences(c.name, c.shadow)).toEqual([]);
    },
  },
  {
    title: "ENABLE ALWAYS: a writer that applies a replica's changes",
    lost: differences,
    async mutate(c) {
      await edit(c, "assert_intact", "tgenabled = 'A'", "true"); // it would be noticed
      await c.query("ALTER TABLE app.events ENABLE TRIGGER prisma_partition_capture");
    },
    async run(c) {
      await until(c, "drain");
      const replica = await c.connect(["session_replication_role=replica"]);
      await replica.query("UPDATE app.events SET v = -1 WHERE id = 5");
      await c.work();
      expect(await c.differences(c.name, c.shadow)).toEqual([]);
    },
  },
  {
    title: "no drain during the load: a row that changes while its batch is in flight",
    lost: indexFails,
    async mutate(c) {
      // As it would be if entries could be replayed into a table without indexes.
      await edit(c, "drain_1_forward", /ON CONFLICT \([^;]*;/, ";");
      await edit(c, "perform_step", "v_shared := t.step IN ('load', 'index')", "v_shared := true");
      await edit(
        c,
        "perform_step",
        /WHEN 'load' THEN/,
        "WHEN 'load' THEN IF current_setting('application_name') = 'drain' THEN PERFORM prisma_partition.drain_all(t.id, 1); RETURN; END IF;",
      );
    },
    async run(c) {
      const [load, drain] = [await c.connect(), await c.connect(["application_name=drain"])];
      await load.query("BEGIN");
      await c.step(load); // reads the first blocks, and has not committed
      await c.query("UPDATE app.events SET v = -1 WHERE id = 5");
      await drain.query("SELECT * FROM prisma_partition.run_step(1)");
      await load.query("COMMIT");
      await c.work();
      expect(await c.differences(c.name, c.shadow)).toEqual([]);
    },
  },
  {
    title: "settling: a row that moves from a loaded block to one that is loaded later",
    lost: indexFails,
    mutate: (c) =>
      edit(
        c,
        "step_settle",
        "DELETE FROM %s d USING (SELECT DISTINCT * FROM %s) p WHERE %s",
        "DELETE FROM %s d USING (SELECT DISTINCT * FROM %s) p WHERE false AND %s",
      ),
    async run(c) {
      await c.step();
      // The first row of the table moves to the last block, which has room.
      await c.query("DELETE FROM app.events WHERE id = 400; UPDATE app.events SET v = -1 WHERE id = 1");
      await c.query("VACUUM app.events");
      await c.query("UPDATE app.events SET v = v - 1, code = code || repeat('x', 300) WHERE id = 1");
      await c.work();
      expect(await c.differences(c.name, c.shadow)).toEqual([]);
    },
  },
  {
    title: "the load starts over when the table got a new file: VACUUM FULL between two batches",
    lost: differences,
    mutate: (c) => edit(c, "step_load", "IF pg_relation_filenode(t.plain) <> t.loaded_filenode", "IF false"),
    async run(c) {
      await c.query(
        "SET prisma_partition.draining = 'on'; DELETE FROM app.events WHERE id < 100; RESET prisma_partition.draining",
      );
      await c.step();
      await c.query("VACUUM FULL app.events");
      await c.work();
      expect(await c.differences(c.name, c.shadow)).toEqual([]);
    },
  },
];

let conversion: Conversion | undefined;
afterEach(async () => {
  await conversion?.drop();
  conversion = undefined;
});

for (const server of inject("servers")) {
  describe(server.name, () => {
    for (const { title, mutate, prepare, run, lost } of scenarios) {
      const start = async () => {
        conversion = await Conversion.create(
          server,
          `CREATE TABLE app.events (id bigint PRIMARY KEY, at timestamptz NOT NULL, code text NOT NULL, v integer NOT NULL);
           INSERT INTO app.events SELECT n, now() - n * interval '1 day', 'seed ' || n, n FROM generate_series(1, 400) n`,
          { table: "events", key: "at", uniques: [["id"]], batchSize: 100 },
        );
        await conversion.setup();
        await prepare?.(conversion);
        return conversion;
      };

      test(title, async () => {
        await run(await start());
      });

      test(`${title}: lost without it`, async () => {
        const c = await start();
        await mutate(c);
        const error = await run(c).then(
          () => undefined,
          (reason) => reason,
        );
        expect(String(error)).toMatch(lost);
        // The package sees it as well, and does not cut over.
        if (lost === differences) await expect(c.cutover()).rejects.toThrow(/its partitioned copy differ/);
      });
    }
  });
}
