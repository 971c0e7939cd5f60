import { expect } from "vitest";
import { edit, type Scenario } from "./scenario.ts";

const indexFails = /could not create unique index/;

export const load: Scenario[] = [
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
    lost: indexFails, // rows that had been loaded stand in later blocks now; others in none that is loaded
    mutate: (c) => edit(c, "step_load", "IF pg_relation_filenode(t.plain) <> t.loaded_filenode", "IF false"),
    async run(c) {
      await c.step();
      await c.query("ALTER TABLE app.events SET (fillfactor = 10)");
      await c.query("VACUUM FULL app.events");
      await c.work();
      expect(await c.differences(c.name, c.shadow)).toEqual([]);
    },
  },
];
