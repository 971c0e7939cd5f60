/** What can go wrong while a table is converted and followed: capture, log, runner, indexes, replication, what is left. */
import { afterEach, describe, expect, test } from "vitest";
import { run } from "../../src/cli/main.ts";
import type { Conversion } from "../support/convert.ts";
import { captureTerminal } from "../unit/cli/capture.ts";
import { alarms, anyServer, everyServer, findings, found, health, mend, prepare } from "./support.ts";

let conversion: Conversion | undefined;
afterEach(async () => {
  await conversion?.drop();
  conversion = undefined;
});

describe.each(anyServer)("$name", (server) => {
  const start = async (stage: "setup" | "drain" | "cutover") => {
    conversion = await prepare(server);
    await conversion.setup();
    await conversion.maintain();
    if (stage !== "setup") await conversion.work();
    if (stage === "cutover") {
      await conversion.cutover();
      await conversion.work();
    }
    return conversion;
  };

  test.each(["setup", "drain", "cutover"] as const)("capture-broken at %s: triggers were dropped", async (stage) => {
    const c = await start(stage);
    await c.query("DROP TRIGGER prisma_partition_capture ON app.events");
    expect(await mend(c, "capture-broken")).toMatchObject({
      severity: "error",
      what: expect.stringMatching(/^Change capture on app\.events was dropped or disabled/),
      command: "SELECT prisma_partition.restart_capture('app', 'events');",
    });
    await c.work();
    expect(await alarms(c)).toEqual([]);
  });

  test("capture-broken: triggers are switched off, the table is renamed, the old one is dropped", async () => {
    const c = await start("cutover");
    await c.query("ALTER TABLE app.events DISABLE TRIGGER prisma_partition_capture");
    await mend(c, "capture-broken");
    await c.query("ALTER TABLE app.events RENAME TO happenings");
    expect(await mend(c, "capture-broken")).toMatchObject({
      command: 'ALTER TABLE app.happenings RENAME TO "events";',
    });
    await c.query("DROP TABLE app_old.events");
    expect(await mend(c, "capture-broken")).toMatchObject({ command: "npx prisma-partition cleanup Event" });
    expect(await alarms(c)).toEqual([]);
  });

  test("log-growing: nobody replays what was written", async () => {
    const c = await start("cutover");
    await c.query("INSERT INTO app.events VALUES (1000, now()), (1001, now())");
    expect(await alarms(c)).toEqual([]);
    await c.query("UPDATE prisma_partition.batches SET finished_at = finished_at - interval '5 hours'");
    await c.query("UPDATE prisma_partition.tables SET swapped_at = now() - interval '5 hours'");
    await c.query("UPDATE prisma_partition.tables SET created_at = now() - interval '6 hours', maintained_at = now()");
    expect((await health(c)).logEntries).toBe(2n);
    expect(await mend(c, "log-growing")).toMatchObject({
      severity: "warning",
      what: "2 rows were written and wait on the change log. The last work was done 5 hours ago, and nobody is at it.",
      command: "npx prisma-partition backfill Event",
    });
    expect(await alarms(c)).toEqual([]);
  });

  test("log-growing: nobody while somebody is at it", async () => {
    const c = await start("setup");
    await c.query("INSERT INTO app.events VALUES (1000, now())");
    await c.query("UPDATE prisma_partition.tables SET created_at = now() - interval '6 hours', maintained_at = now()");
    const runner = await c.connect();
    await runner.query("SELECT pg_advisory_lock(1347440721, 1)");
    expect(await alarms(c)).toEqual([]);
    await runner.query("SELECT pg_advisory_unlock(1347440721, 1)");
    expect(await mend(c, "log-growing")).toMatchObject({ what: expect.stringContaining("No work was ever done") });
  });

  test("runner-error: the last unit of work failed", async () => {
    const c = await start("drain");
    await c.query("ALTER TABLE app.events ADD late text");
    await c.query("CALL prisma_partition.work('app', 'events')");
    await c.query("ALTER TABLE app_partitioned.events ADD late text");
    expect(await mend(c, "runner-error")).toMatchObject({
      severity: "error",
      what: expect.stringMatching(/^Work failed at \S+ \S+Z: prisma-partition: columns of app\.events/),
      command: "npx prisma-partition backfill Event",
    });
    expect(await alarms(c)).toEqual([]);
  });

  test("old-table-kept: a note, until it is cleaned up", async () => {
    const c = await start("cutover");
    await c.query("UPDATE prisma_partition.tables SET swapped_at = now() - interval '9 days'");
    expect(await mend(c, "old-table-kept")).toMatchObject({
      severity: "info",
      what: expect.stringMatching(
        /^The old table app_old\.events is kept for the way back: \d+ kB, 9 days after the cutover of \d{4}-\d\d-\d\d \d\d:\d\dZ\.$/,
      ),
    });
    expect(await findings(c)).toEqual([]);
  });

  test("table-gone: as `prisma migrate reset` leaves it", async () => {
    const c = await start("cutover");
    await c.query("DROP SCHEMA app CASCADE");
    expect(await health(c)).toMatchObject({ ok: false, partitionsAhead: null, findings: [{ code: "table-gone" }] });
    expect(await mend(c, "table-gone")).toMatchObject({
      what: expect.stringContaining("That drops app_old.events ("),
      command: "SELECT prisma_partition.forget(1);",
    });
    expect(await findings(c)).toEqual([]);
  });

  test("orphan-machinery and orphan-relation: what is left when the record is gone", async () => {
    const c = await start("cutover");
    await c.query("DELETE FROM prisma_partition.tables");
    expect((await findings(c)).map(({ code }) => code)).toEqual(["orphan-machinery", "orphan-relation"]);
    expect(await mend(c, "orphan-relation")).toMatchObject({
      subject: "app_old.events",
      command: "DROP TABLE app_old.events;",
    });
    expect(await mend(c, "orphan-machinery")).toMatchObject({
      what: "Left of table number 1, which is not registered: capture_1, capture_1_delete, capture_1_insert, capture_1_update and 3 more.",
    });
    expect(await findings(c)).toEqual([]);
    await c.query("INSERT INTO app.events VALUES (1000, now())");
  });

  test("orphan-relation: a copy beside registered tables; other people's schemas are left alone", async () => {
    const c = await start("drain");
    await c.query("CREATE SCHEMA other_old CREATE TABLE events (id integer)");
    await c.query("CREATE TABLE app_partitioned.letters (at date) PARTITION BY RANGE (at)");
    expect(await mend(c, "orphan-relation")).toMatchObject({ command: "DROP TABLE app_partitioned.letters;" });
  });
});

describe.each(everyServer)("$name", (server) => {
  const converted = async () => {
    conversion = await prepare(
      server,
      { uniques: [["id"], ["code", "id"]] },
      `CREATE TABLE app.events (id bigint CONSTRAINT events_pkey PRIMARY KEY, at timestamptz NOT NULL, code text, CONSTRAINT events_code_id_key UNIQUE (code, id));
       CREATE INDEX events_lower_idx ON app.events (lower(code)) WHERE id > 5;
       INSERT INTO app.events SELECT n, now() - n * interval '1 day', 'code ' || n FROM generate_series(1, 60) n`,
    );
    await conversion.convert();
    return conversion;
  };

  test("foreign-keys-unvalidated: nobody comes after the swap; before that is done, no cleanup is advised", async () => {
    const c = await prepare(
      server,
      {},
      `CREATE TABLE app.kinds (id integer PRIMARY KEY); INSERT INTO app.kinds VALUES (1);
       CREATE TABLE app.events (id bigint CONSTRAINT events_pkey PRIMARY KEY, at timestamptz NOT NULL, kind integer CONSTRAINT events_kind_fkey REFERENCES app.kinds);
       INSERT INTO app.events SELECT n, now() - n * interval '1 day', 1 FROM generate_series(1, 60) n`,
    );
    conversion = c;
    await c.setup();
    await c.work();
    await c.query("SET prisma_partition.small_table = '0'"); // as a table of more than 8 MB is swapped
    await c.cutover();
    // Whoever did the last unit may come again for ten seconds.
    expect(await alarms(c)).toEqual([]);
    await c.query("UPDATE prisma_partition.batches SET finished_at = finished_at - interval '10 seconds'");
    expect(await found(c, "old-table-kept")).toMatchObject({
      severity: "info",
      what: expect.stringMatching(/ Before it can be dropped, foreign keys are to be validated\.$/),
      command: "npx prisma-partition backfill Event",
    });
    const { terminal, written } = captureTerminal();
    await run(["status", "--url", c.url], terminal);
    expect(written.out).toContain(
      "Event: what the swap left to be done afterwards (validating foreign keys) waits, and nobody does it. Next: npx prisma-partition backfill Event\n",
    );
    expect(await mend(c, "foreign-keys-unvalidated")).toMatchObject({
      severity: "warning",
      what: expect.stringMatching(
        /^Foreign key events_kind_fkey of app\.events\w* has been NOT VALID since the swap of /,
      ),
      command: "npx prisma-partition backfill Event",
    });
    expect(await alarms(c)).toEqual([]);
    expect(await found(c, "old-table-kept")).toMatchObject({ command: "npx prisma-partition cleanup Event" });
    const after = captureTerminal();
    await run(["status", "--url", c.url], after.terminal);
    expect(after.written.out).not.toContain("waits, and nobody does it");
    await mend(c, "old-table-kept");
  });

  test("index-missing: made on the parent alone, by CREATE INDEX and by ADD CONSTRAINT", async () => {
    const c = await converted();
    await c.query(`CREATE INDEX "odd ""name""" ON ONLY app.events (at DESC) INCLUDE (code) WHERE code <> 'x;'`);
    const [leaf] = await c.query<{ name: string }>("SELECT partition AS name FROM prisma_partition.list_partitions(1)");
    await c.query(`CREATE INDEX there_already ON ${leaf?.name} (at DESC) INCLUDE (code) WHERE code <> 'x;'`);
    const { command, what } = await mend(c, "index-missing");
    expect(what).toMatch(/^\d+ partitions without index app\."odd ""name"""/);
    expect(command).toContain('ALTER INDEX app."odd ""name""" ATTACH PARTITION app.there_already;');
    expect(await alarms(c)).toEqual([]);
    await c.query("ALTER TABLE ONLY app.events ADD CONSTRAINT events_both UNIQUE (at, code)");
    await mend(c, "index-missing");
    expect(await alarms(c)).toEqual([]);
    expect(await c.value("SELECT bool_and(indisvalid) FROM pg_index WHERE indrelid = 'app.events'::regclass")).toBe(
      true,
    );
  });

  test("index-invalid and index-leftover: REINDEX CONCURRENTLY was interrupted", async () => {
    const c = await converted();
    const [leaf] = await c.query<{ name: string; index: string }>(
      `SELECT x.indrelid::regclass::text AS name, x.indexrelid::regclass::text AS index
       FROM pg_index x JOIN pg_inherits h ON h.inhrelid = x.indexrelid WHERE h.inhparent = 'app.events_lower_idx'::regclass LIMIT 1`,
    );
    // As a crash between its phases leaves them.
    await c.query(`UPDATE pg_index SET indisvalid = false WHERE indexrelid = '${leaf?.index}'::regclass`);
    expect(await mend(c, "index-invalid")).toMatchObject({
      severity: "error",
      subject: "app.events_lower_idx",
      command: `REINDEX INDEX CONCURRENTLY ${leaf?.index};`,
    });
    // An invalid one was attached: the table's is invalid too, and stays so when the share is built again.
    await c.query("INSERT INTO app.events VALUES (3000, now(), 'same'), (3001, now(), 'same')");
    const now = await c.value<string>("SELECT tableoid::regclass::text FROM app.events WHERE id = 3000");
    await expect(c.query(`CREATE UNIQUE INDEX CONCURRENTLY at_now ON ${now} (code, at)`)).rejects.toThrow(
      /could not create unique index/,
    );
    await c.query("CREATE UNIQUE INDEX events_code_at ON ONLY app.events (code, at)");
    await c.query("ALTER INDEX app.events_code_at ATTACH PARTITION app.at_now");
    await mend(c, "index-missing");
    await c.query("DELETE FROM app.events WHERE id = 3001");
    expect(await mend(c, "index-invalid")).toMatchObject({
      what: expect.stringContaining(
        "Index app.events_code_at is invalid, although every partition has its share; of those, app.at_now is.",
      ),
    });
    await c.query("DROP INDEX app.events_code_at");
    await c.query("INSERT INTO app.events VALUES (2000, now(), 'same'), (2001, now(), 'same')");
    const current = await c.value<string>("SELECT tableoid::regclass::text FROM app.events WHERE id = 2000");
    await expect(c.query(`CREATE UNIQUE INDEX CONCURRENTLY twice ON ${current} (code)`)).rejects.toThrow(
      /could not create unique index/,
    );
    expect(await mend(c, "index-leftover")).toMatchObject({ command: "DROP INDEX CONCURRENTLY app.twice;" });
    expect(await alarms(c)).toEqual([]);
  });

  test("replica-identity: the parent's was changed, its partitions' not", async () => {
    const c = await converted();
    await c.query("ALTER TABLE ONLY app.events REPLICA IDENTITY FULL");
    expect(await mend(c, "replica-identity")).toMatchObject({
      severity: "warning",
      command: expect.stringMatching(/^ALTER TABLE app\.events_\w+ REPLICA IDENTITY FULL;\n/),
    });
    await c.query("ALTER TABLE app.events REPLICA IDENTITY USING INDEX events_pkey");
    await mend(c, "replica-identity");
    await c.query("ALTER TABLE app.events REPLICA IDENTITY NOTHING");
    await mend(c, "replica-identity");
    await c.query("ALTER TABLE app.events REPLICA IDENTITY DEFAULT");
    await mend(c, "replica-identity");
    expect(await alarms(c)).toEqual([]);
  });

  test("publication-missing and publication-stale: the old table is published, and an expired partition", async () => {
    const c = await converted();
    await c.query(`CREATE PUBLICATION "my pub" FOR TABLE app_old.events WITH (publish_via_partition_root = true)`);
    expect(await mend(c, "publication-missing")).toMatchObject({
      severity: "error",
      what: "Publication my pub has the old table app_old.events, and not app.events, which the application writes to.",
      command: 'ALTER PUBLICATION "my pub" ADD TABLE "app"."events";',
    });
    expect(await mend(c, "publication-stale")).toMatchObject({
      command: 'ALTER PUBLICATION "my pub" DROP TABLE app_old.events;',
    });
    expect(await alarms(c)).toEqual([]);
    const [leaf] = await c.query<{ name: string }>("SELECT partition AS name FROM prisma_partition.list_partitions(1)");
    await c.query(
      `ALTER TABLE app.events DETACH PARTITION ${leaf?.name}; ALTER TABLE ${leaf?.name} SET SCHEMA app_partitioned`,
    );
    await c.query(`ALTER PUBLICATION "my pub" ADD TABLE ${leaf?.name.replace("app.", "app_partitioned.")}`);
    expect(await mend(c, "publication-stale")).toMatchObject({
      what: expect.stringContaining("an expired partition app_partitioned."),
    });
    if (await c.value("SELECT current_setting('server_version_num')::int >= 150000")) {
      await c.query(`ALTER PUBLICATION "my pub" ADD TABLES IN SCHEMA app_old`);
      expect(await mend(c, "publication-stale")).toMatchObject({
        command: 'ALTER PUBLICATION "my pub" DROP TABLES IN SCHEMA "app_old";',
      });
    }
    expect(await found(c, "publication-missing")).toBeUndefined();
  });
});
