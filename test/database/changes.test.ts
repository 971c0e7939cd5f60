/** What happens to a table while it is being converted, and to its settings afterwards. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, inject, test } from "vitest";
import { bucket, instantOf, step } from "../support/axis.ts";
import { Conversion, type TableSpec } from "../support/convert.ts";
import type { ProvidedServer } from "../support/global-setup.ts";

let conversion: Conversion | undefined;
afterEach(async () => {
  await conversion?.drop();
  conversion = undefined;
});

const days = (count: number) =>
  `INSERT INTO app.t (at, code, v) SELECT now() - n * interval '1 day', 'code ' || n, n FROM generate_series(1, ${count}) n`;

async function prepare(server: ProvidedServer, table: Partial<TableSpec> = {}, ddl = ""): Promise<Conversion> {
  conversion = await Conversion.create(
    server,
    `CREATE TABLE app.t (id bigserial PRIMARY KEY, at timestamptz NOT NULL, code text, v integer);
     CREATE UNIQUE INDEX t_code_key ON app.t (code); ${days(300)}; ${ddl}`,
    { table: "t", key: "at", uniques: [["id"], ["code"]], ...table },
  );
  return conversion;
}

for (const server of inject("servers")) {
  describe(server.name, () => {
    for (const before of ["load", "drain"] as const) {
      test(`columns added and dropped on both sides before the ${before}`, async () => {
        const c = await prepare(server, {}, "ALTER TABLE app.t ADD gone text DEFAULT 'x'");
        await c.setup();
        if (before === "drain") await c.work();
        await c.query("ALTER TABLE app.t ADD late text DEFAULT 'late', DROP gone");
        await c.query("UPDATE app.t SET late = 'written' WHERE v < 20");
        await expect(c.step()).rejects.toThrow(/columns of app\.t and its partitioned copy differ: gone, late/);
        await c.query("ALTER TABLE app_partitioned.t ADD late text DEFAULT 'late', DROP gone");
        await c.work();
        await c.query("UPDATE app.t SET late = 'again' WHERE v < 10");
        await c.cutover();
        expect(await c.differences()).toEqual([]);
        // And after it: the application goes on, the way back waits for the same change.
        await c.query("ALTER TABLE app.t ADD later integer DEFAULT 7");
        await c.query("UPDATE app.t SET later = v WHERE v < 10");
        await expect(c.step()).rejects.toThrow(/differ: later/);
        await c.maintain();
        await c.query("ALTER TABLE app_old.t ADD later integer DEFAULT 7");
        await c.work();
        expect(await c.differences()).toEqual([]);
      });
    }

    test("unique values that go from row to row, one entry at a time, on the way back", async () => {
      const c = await prepare(server, { batchSize: 1 });
      await c.setup();
      await c.work();
      await c.cutover();
      await c.query(`
        UPDATE app.t SET code = 'passing' WHERE v = 1; UPDATE app.t SET code = 'code 1' WHERE v = 2; UPDATE app.t SET code = 'code 2' WHERE v = 1;
        UPDATE app.t SET code = 'code ' || (CASE v WHEN 10 THEN 12 ELSE v - 1 END), at = at - interval '40 days' WHERE v IN (10, 11, 12);
        DELETE FROM app.t WHERE v = 20; INSERT INTO app.t (at, code, v) VALUES (now(), 'code 20', 20)`);
      await c.work();
      expect(await c.differences()).toEqual([]);
    });

    test("two rows that share an id after cutover: one waits on the log, and that is said", async () => {
      const c = await prepare(server);
      await c.setup();
      await c.work();
      await c.cutover();
      await c.query(
        "INSERT INTO app.t (id, at, code) VALUES (5000, now(), 'a'), (5000, now() - interval '40 days', 'b')",
      );
      await c.query("UPDATE app.t SET v = -1 WHERE v = 1"); // whoever does not collide is replayed beside them
      await c.work();
      expect(await c.differences()).toEqual([{ row: expect.stringMatching(/^< \(5000,/) }]);
      expect(await c.value("SELECT prisma_partition.log_entries(1)::int")).toBe(1);
      expect(await c.value("SELECT last_error FROM prisma_partition.tables")).toMatch(/collide with others/);
      await c.query("DELETE FROM app.t WHERE code = 'b'");
      await c.work();
      expect(await c.differences()).toEqual([]);
      expect(await c.value("SELECT last_error FROM prisma_partition.tables")).toBe(null);
    });

    test("two rows that share an id, replayed one after the other: the first is not overwritten", async () => {
      const c = await prepare(server);
      await c.setup();
      await c.work();
      await c.cutover();
      for (const [at, code] of [
        ["now()", "a"],
        ["now() - interval '40 days'", "b"],
      ]) {
        await c.query(`INSERT INTO app.t (id, at, code) VALUES (5000, ${at}, '${code}')`);
        await c.work();
      }
      expect(await c.value("SELECT code FROM app_old.t WHERE id = 5000")).toBe("a");
      expect(await c.differences()).toEqual([{ row: expect.stringMatching(/^< \(5000,.*,b/) }]);
      await c.query("DELETE FROM app.t WHERE code = 'a'");
      await c.work();
      expect(await c.differences()).toEqual([]);
    });

    for (const maintenance of server.extensions ? (["auto", "builtin"] as const) : (["auto"] as const)) {
      const partman = server.extensions && maintenance === "auto";
      for (const [from, to] of [
        ["1 month", "1 week"],
        ["1 month", "1 day"],
        ["1 day", "1 month"],
        ["1 week", "1 month"],
      ] as const) {
        test(`another interval, ${from} to ${to}, ${partman ? "pg_partman" : "builtin"}: no gap and no overlap`, async () => {
          const c = await prepare(server, { interval: from, maintenance, uniques: [["id"], ["code"]] });
          await c.setup();
          await c.work();
          await c.cutover();
          await c.alter({ interval: to, premake: 40 });
          await c.maintain();
          await c.maintain();
          await c.query(
            "INSERT INTO app.t (at, code) SELECT now() + n * interval '1 day', 'ahead ' || n FROM generate_series(0, 30) n",
          );
          await c.maintain();
          const bounds = (await c.bounds(c.name)).map(
            (b) => [instantOf("timestamptz", b.lower), instantOf("timestamptz", b.upper)] as const,
          );
          bounds.sort((a, b) => a[0].getTime() - b[0].getTime());
          for (let n = 1; n < bounds.length; n++)
            expect(bounds[n]?.[0], JSON.stringify(bounds)).toEqual(bounds[n - 1]?.[1]);
          expect(bounds.at(-1)?.[1].getTime()).toBeGreaterThanOrEqual(step(to, bucket(to, new Date()), 40).getTime());
          expect(
            await c.value(
              "SELECT count(*)::int FROM app.t WHERE tableoid = (SELECT partdefid FROM pg_partitioned_table WHERE partrelid = 'app.t'::regclass)",
            ),
          ).toBe(0);
          await c.work();
          expect(await c.differences()).toEqual([]);
        });
      }
    }

    test("the table's owner migrates, a member of it runs, the application only writes", async () => {
      const c = await prepare(server);
      const [owner, runner, app] = ["owner", "runner", "app"].map((name) => `${name}_${c.database.name}`) as [
        string,
        string,
        string,
      ];
      await c.query(`CREATE ROLE ${owner} LOGIN; CREATE ROLE ${runner} LOGIN IN ROLE ${owner}; CREATE ROLE ${app} LOGIN;
        GRANT CREATE ON DATABASE ${c.database.name} TO ${owner}; ALTER SCHEMA app OWNER TO ${owner}; ALTER TABLE app.t OWNER TO ${owner};
        GRANT USAGE ON SCHEMA app TO ${app}; GRANT SELECT, INSERT, UPDATE, DELETE ON app.t TO ${app}; GRANT USAGE ON SEQUENCE app.t_id_seq TO ${app};
        DO $$ DECLARE r record; BEGIN ALTER SCHEMA prisma_partition OWNER TO ${owner};
          FOR r IN SELECT oid::regclass AS name FROM pg_class WHERE relnamespace = 'prisma_partition'::regnamespace AND relkind IN ('r', 'v') LOOP EXECUTE format('ALTER TABLE %s OWNER TO ${owner}', r.name); END LOOP;
          FOR r IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = 'prisma_partition'::regnamespace LOOP EXECUTE format('ALTER ROUTINE %s OWNER TO ${owner}', r.name); END LOOP; END $$`);
      if (server.extensions)
        await c.query(`GRANT ALL ON SCHEMA partman TO ${owner}; GRANT ALL ON ALL TABLES IN SCHEMA partman TO ${owner}`);
      const [asOwner, asRunner, asApp] = [
        await c.connect([], owner),
        await c.connect([], runner),
        await c.connect([], app),
      ];
      await c.setup(asOwner);
      await asApp.query("UPDATE app.t SET v = v + 1 WHERE v < 100");
      while ((await c.step(asRunner)) !== "idle");
      await asApp.query("UPDATE app.t SET v = v + 1 WHERE v < 100; DELETE FROM app.t WHERE v = 200");
      await c.cutover(asOwner);
      await asApp.query(
        "UPDATE app.t SET v = v + 1 WHERE v < 100; INSERT INTO app.t (at, code) VALUES (now(), 'by app'), ('2001-02-03', 'long ago')",
      );
      while ((await c.step(asRunner)) !== "idle");
      expect(await c.differences()).toEqual([]);
      await c.maintain(asRunner);
      await asApp.query("UPDATE app.t SET v = 7 WHERE code = 'long ago'");
      const owners = await c.query<{ owner: string }>(
        `SELECT DISTINCT relowner::regrole::text AS owner FROM pg_class c JOIN pg_inherits h ON 'app.t'::regclass IN (h.inhparent, c.oid) AND c.oid IN (h.inhparent, h.inhrelid)`,
      );
      expect(owners).toEqual([{ owner }]);
    });

    test("cutover waits for the snapshots that are older, and for no others, whoever looks", async () => {
      const c = await prepare(server);
      const [migrator, other] = [`migrator_${c.database.name}`, `other_${c.database.name}`];
      await c.query(
        `CREATE ROLE ${migrator} LOGIN; CREATE ROLE ${other} LOGIN; GRANT USAGE ON SCHEMA app, prisma_partition TO ${migrator}, ${other}; GRANT SELECT ON app.t TO ${other};
         GRANT SELECT, UPDATE ON prisma_partition.tables TO ${migrator}`,
      );
      await c.setup();
      await c.work();
      const old = await c.connect([], other);
      const committed = await c.connect([], other);
      const looker = await c.connect([], migrator);
      await committed.query("BEGIN; SELECT count(*) FROM app.t");
      await c.connect([], other); // idle
      const wait = (timeout: string) =>
        looker.query(
          `SELECT set_config('prisma_partition.snapshot_timeout', '${timeout}', false), prisma_partition.wait_for_snapshots(1)`,
        );
      await wait("0.2s");
      await old.query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM pg_class");
      await expect(wait("0.3s")).rejects.toThrow(/older than the copy are still open/);
      const waiting = wait("10s");
      const young = await c.connect([], other);
      await sleep(100);
      await young.query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM pg_class");
      await old.query("COMMIT");
      await waiting;
      // A statement that runs all the while is not one snapshot, if its transaction is READ COMMITTED.
      await young.query("COMMIT; BEGIN");
      let going = true;
      const busy = (async () => {
        for (; going; await sleep(20)) await young.query("SELECT pg_sleep(0.05)");
      })();
      await wait("2s").finally(() => {
        going = false;
        return busy;
      });
    });

    test("a vacuum is waited for in its own mode: nobody queues behind us", async () => {
      const c = await prepare(server);
      const vacuum = await c.connect();
      await vacuum.query("BEGIN; LOCK TABLE app.t IN SHARE UPDATE EXCLUSIVE MODE");
      const writer = await c.connect();
      const setup = c.setup(await c.connect());
      let longest = 0;
      for (const until = performance.now() + 1500; performance.now() < until; ) {
        const started = performance.now();
        await writer.query("UPDATE app.t SET v = v + 1 WHERE v = 1");
        longest = Math.max(longest, performance.now() - started);
      }
      expect(longest).toBeLessThan(500);
      expect(await c.value("SELECT count(*)::int FROM pg_trigger WHERE tgrelid = 'app.t'::regclass")).toBe(0);
      await vacuum.query("COMMIT");
      await setup;
      await vacuum.query("BEGIN; LOCK TABLE app.t IN SHARE UPDATE EXCLUSIVE MODE; SELECT 'a vacuum'");
      await c.query("SET prisma_partition.vacuum_timeout = '100ms'");
      await expect(c.cutover()).rejects.toMatchObject({ code: "55P03", detail: expect.stringContaining("a vacuum") });
    });

    test("the guard lets everybody pass in a cluster where the swap lies in the future", async () => {
      const c = await prepare(server);
      await c.convert();
      const definition = await c.value<string>(
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = 'prisma_partition_guard'",
      );
      const [, swap = "", cluster = ""] = /refuse_old_snapshot\('(\d+)', '(\d+)'\)/.exec(definition) ?? [];
      const inFuture = definition.replaceAll(`'${swap}'`, "'1000000000000'");
      const restored = inFuture.replace(`'${cluster}'`, "'1'");
      const update = `UPDATE app.t SET v = 0 WHERE v = 1`;
      const attempt = async (trigger: string, sql: string) => {
        await c.query(`DROP TRIGGER prisma_partition_guard ON app.t; ${trigger}`);
        await c.query(sql);
      };
      await attempt(restored, `BEGIN ISOLATION LEVEL REPEATABLE READ; ${update}; COMMIT`);
      await attempt(restored, update);
      await expect(attempt(inFuture, update)).rejects.toMatchObject({ code: "40001" });
    });
  });
}
