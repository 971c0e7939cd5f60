/** Logical replication goes on through setup, cutover, maintenance and rollback, under the table's own name. */
import type pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { Conversion, type TableSpec } from "../support/convert.ts";
import { plain } from "../support/refusals-at-setup.ts";
import { type Refusal, refusedThenMended } from "../support/refused.ts";
import { SERVER_NAMES, type Server, startServer } from "../support/servers/index.ts";

const viaRoot = "WITH (publish_via_partition_root = true)";
const table: TableSpec = { table: "t", key: "at", uniques: [["id"]] };

const refusals: Refusal[] = [
  {
    title: "a publication that would name the partitions",
    ddl: `${plain}; CREATE PUBLICATION "P" FOR TABLE app.t`,
    message: /publication "P" would send subscribers the names of partitions/,
  },
  {
    title: "a publication of the schema that would name the partitions",
    since: 15,
    ddl: `${plain}; CREATE PUBLICATION p FOR TABLES IN SCHEMA app`,
    message: /publication p would send subscribers the names of partitions/,
  },
  {
    title: "a publication of everything",
    ddl: `${plain}; CREATE TABLE app.o (id integer); CREATE PUBLICATION p FOR ALL TABLES WITH (publish = 'insert, delete')`,
    message:
      /publication p is FOR ALL TABLES.* FOR TABLE app\.o, app\.t WITH \(publish = 'insert, delete', publish_via_partition_root = true\)/,
  },
  {
    title: "a column list without the key",
    since: 15,
    ddl: `${plain}; CREATE PUBLICATION p FOR TABLE app.t (id, v) WHERE (id > 7) ${viaRoot}`,
    message: /publication p leaves out the key at, .* ADD TABLE app\.t \(id, v, at\) WHERE \(\(id > 7\)\)/,
  },
  {
    title: "no replica identity, with a unique that could be it",
    ddl: `CREATE TABLE app.t (id integer NOT NULL UNIQUE, at timestamptz NOT NULL); CREATE PUBLICATION p FOR TABLE app.t ${viaRoot}`,
    table: { withoutPrimaryKey: true },
    message: /publication p publishes its updates or deletes, which fail .* REPLICA IDENTITY USING INDEX t_id_key/,
  },
  {
    title: "somebody else's publication",
    role: true,
    ddl: `${plain}; CREATE ROLE other_%role SUPERUSER; CREATE PUBLICATION p FOR TABLE app.t ${viaRoot}; ALTER PUBLICATION p OWNER TO other_%role; ALTER TABLE app.t OWNER TO %role`,
    message: /publication p would have to follow the table, and role migrator_\w+ is not a member of its owner/,
  },
];

let conversion: Conversion | undefined;
afterEach(async () => {
  await conversion?.drop();
  conversion = undefined;
});

for (const server of inject("servers")) {
  const major = Number(server.name.split("-")[1]);
  describe(`${server.name}, refused`, () => {
    for (const one of refusals) {
      if (major < (one.since ?? 0)) continue; // the server has no such thing
      test(one.title, async () => {
        await refusedThenMended(server, one, (created) => {
          conversion = created;
        });
      });
    }

    test("where nothing is published it is said", async () => {
      conversion = await Conversion.create(server, `${plain}; CREATE PUBLICATION p FOR TABLE app.t ${viaRoot}`, table);
      const said: (string | undefined)[] = [];
      conversion.client.on("notice", ({ message }) => said.push(message));
      await conversion.setup();
      expect(said).toContain(
        "prisma-partition: app.t is in a publication, but nothing is published while wal_level is replica",
      );
    });
  });
}

/** A second database of the same cluster that subscribes to publication `pub` of the first. */
class Subscriber {
  readonly target: Conversion;
  readonly #source: Conversion;

  private constructor(source: Conversion, target: Conversion) {
    this.#source = source;
    this.target = target;
  }

  static async create(server: Server, source: Conversion, ddl = ""): Promise<Subscriber> {
    const subscriber = new Subscriber(source, await Conversion.create(server, plain + ddl, table));
    // Within one cluster the slot must be there first: making it would wait for the transaction that subscribes.
    for (const slot of ["subscribed", "watched"])
      await source.query("SELECT pg_create_logical_replication_slot($1, 'pgoutput')", [slot]);
    const { hostname, port } = new URL(source.url);
    await subscriber.target.query(
      `CREATE SUBSCRIPTION sub CONNECTION 'host=${hostname} port=${port} user=postgres dbname=${source.database.name}' PUBLICATION pub
       WITH (create_slot = false, slot_name = subscribed)`,
    );
    await subscriber.#until(subscriber.target, "SELECT bool_and(srsubstate = 'r') AS value FROM pg_subscription_rel");
    return subscriber;
  }

  /** Until everything that has been written has been applied. */
  async caughtUp(): Promise<void> {
    const now = await this.#source.value<string>("SELECT pg_current_wal_lsn()::text");
    await this.#until(
      this.#source,
      `SELECT confirmed_flush_lsn >= '${now}' AS value FROM pg_replication_slots WHERE slot_name = 'subscribed'`,
    );
  }

  /** The names under which changes were published since the last call. */
  async namesPublished(): Promise<string[]> {
    const rows = await this.#source.query<{ data: Buffer }>(
      "SELECT data FROM pg_logical_slot_get_binary_changes('watched', NULL, NULL, 'proto_version', '1', 'publication_names', 'pub')",
    );
    // 'R', an oid, schema and name, each ended by a zero byte: what the oid means in the I, U and D that follow. A partition
    // is described like that as well, beside the root as which its changes come.
    const names = new Map<number, string>();
    const published = rows.flatMap(({ data }) => {
      const oid = data.length > 4 ? data.readUInt32BE(1) : 0;
      if (data[0] === 0x52) names.set(oid, data.subarray(5).toString().split("\0").slice(0, 2).join("."));
      return [0x49, 0x55, 0x44].includes(data[0] ?? 0) ? [names.get(oid) ?? `unknown ${oid}`] : [];
    });
    return [...new Set(published)].sort();
  }

  async drop(): Promise<void> {
    await this.target.query("ALTER SUBSCRIPTION sub DISABLE");
    await this.target.query("ALTER SUBSCRIPTION sub SET (slot_name = NONE)");
    await this.target.query("DROP SUBSCRIPTION sub");
    await this.#until(this.#source, "SELECT NOT bool_or(active) AS value FROM pg_replication_slots");
    await this.#source.query("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
    await this.target.drop();
  }

  async #until(conversion: Conversion, sql: string): Promise<void> {
    for (const deadline = Date.now() + 20_000; Date.now() < deadline; await new Promise((r) => setTimeout(r, 20))) {
      const [row] = await conversion.query<{ value: boolean | null }>(sql);
      if (row?.value) return;
    }
    throw new Error(`The subscriber does not get on: ${sql}`);
  }
}

interface Published {
  readonly title: string;
  readonly ddl: string;
  /** What the subscriber gets of the table. */
  readonly columns?: string;
  readonly filter?: string;
  readonly since?: number;
}

const published: Published[] = [
  { title: "a table", ddl: `CREATE PUBLICATION pub FOR TABLE app.t ${viaRoot}` },
  {
    title: "a table with a full replica identity, in two publications",
    ddl: `ALTER TABLE app.t REPLICA IDENTITY FULL; CREATE PUBLICATION pub FOR TABLE app.t ${viaRoot}; CREATE PUBLICATION another FOR TABLE app.t WITH (publish = 'insert', publish_via_partition_root = true)`,
  },
  {
    title: "some columns of some rows",
    since: 15,
    ddl: `CREATE PUBLICATION pub FOR TABLE app.t (id, v, at) WHERE (id % 2 = 0) ${viaRoot}`,
    columns: "id, at, v",
    filter: "id % 2 = 0",
  },
  { title: "a schema", since: 15, ddl: `CREATE PUBLICATION pub FOR TABLES IN SCHEMA app ${viaRoot}` },
];

/** The catalog of publications, by name: the same before and after. */
const membership = `SELECT jsonb_agg(to_jsonb(x) ORDER BY pubname) FROM (
  SELECT p.*, (SELECT relname FROM pg_class c WHERE c.oid = (p.schemaname || '.' || p.tablename)::regclass) FROM pg_publication_tables p) x`;

for (const name of SERVER_NAMES.filter((known) => inject("servers").some((server) => server.name === known))) {
  const major = Number(name.split("-")[1]);
  describe(`${name}, published`, () => {
    let server: Server;
    let subscriber: Subscriber | undefined;
    beforeAll(async () => {
      // With synchronous commits the end of the log is known once a statement has returned.
      server = await startServer(name, { settings: { wal_level: "logical", synchronous_commit: "on" } });
    });
    afterAll(() => server.stop());
    afterEach(async () => {
      await subscriber?.drop();
      subscriber = undefined;
    });

    for (const one of published) {
      if (major < (one.since ?? 0)) continue; // the server has no such thing
      test(one.title, async () => {
        conversion = await Conversion.create(server, `${plain}; ${one.ddl}`, table);
        const c = conversion;
        subscriber = await Subscriber.create(server, c);
        const s = subscriber;
        const columns = one.columns ?? "*";
        const same = async () => {
          await s.caughtUp();
          const here = await c.query(`SELECT ${columns} FROM app.t WHERE ${one.filter ?? "true"} ORDER BY id`);
          expect(await s.target.query(`SELECT ${columns} FROM app.t ORDER BY id`)).toEqual(here);
          expect(await s.namesPublished()).toEqual(["app.t"]);
        };
        const change = async (rows = 100, client: pg.Client = c.client) => {
          const { rows: added } = await client.query<{ id: string }>(
            "INSERT INTO app.t (at, v, s) SELECT now() - n * interval '1 day', n, n FROM generate_series(1, $1::int) n RETURNING id",
            [rows],
          );
          const ids = added.map(({ id }) => id);
          await client.query(
            "UPDATE app.t SET v = v + 1, at = at - interval '20 days' WHERE id = ANY ($1) AND id % 3 = 0",
            [ids],
          );
          await client.query("DELETE FROM app.t WHERE id = ANY ($1) AND id % 5 = 0", [ids]);
        };
        await change();
        await same();
        const before = await c.value(membership);

        await c.setup();
        await change();
        await c.work();
        await change();
        await same();

        for (const swap of ["cutover", "rollback", "cutover"] as const) {
          // Written on while it is swapped; and something left to replay within the swap.
          const writer = await c.connect();
          let stop = false;
          const writing = (async () => {
            while (!stop) {
              await change(7, writer);
              await new Promise((resolve) => setTimeout(resolve, 3));
            }
          })();
          try {
            await c[swap]();
          } finally {
            stop = true;
            await writing;
          }
          await change();
          await same();
          expect(await c.value(membership)).toEqual(before);
          await c.work();
        }

        // Rows that go into a partition of their own, and partitions ahead.
        await c.query("INSERT INTO app.t (at, v) SELECT '2001-02-03', n FROM generate_series(1, 10) n");
        await same();
        await c.maintain();
        expect(
          await c.value("SELECT bool_or(tableoid::regclass::text LIKE '%default') FROM app.t WHERE at < '2001-03-01'"),
        ).toBe(false);
        await c.query("UPDATE app.t SET v = -v WHERE at < '2001-03-01'; DELETE FROM app.t WHERE v = -3");
        await same();
        await c.work();
        await c.cleanup(null);
        await change();
        await same();
      });
    }

    test("a table that a subscription writes to is refused", async () => {
      conversion = await Conversion.create(
        server,
        `${plain}; CREATE PUBLICATION pub FOR TABLE app.t ${viaRoot}`,
        table,
      );
      subscriber = await Subscriber.create(server, conversion);
      const { target } = subscriber;
      await expect(target.setup()).rejects.toThrow(
        /subscription sub writes to it, .* run: ALTER SUBSCRIPTION sub REFRESH PUBLICATION$/,
      );
      await conversion.query("CREATE TABLE app.o (id integer PRIMARY KEY); ALTER PUBLICATION pub SET TABLE app.o");
      await target.query("CREATE TABLE app.o (id integer PRIMARY KEY)");
      await target.query("ALTER SUBSCRIPTION sub REFRESH PUBLICATION");
      await target.setup();
    });

    test("what a subscription writes that came later is captured: rows, not statements", async () => {
      conversion = await Conversion.create(
        server,
        `${plain}; CREATE TABLE app.o (id integer PRIMARY KEY); CREATE PUBLICATION pub FOR TABLE app.o`,
        table,
      );
      await conversion.query("ALTER TABLE app.t REPLICA IDENTITY FULL");
      subscriber = await Subscriber.create(server, conversion, "; CREATE TABLE app.o (id integer PRIMARY KEY)");
      const { target } = subscriber;
      await target.setup();
      await target.work();
      await conversion.query("ALTER PUBLICATION pub ADD TABLE app.t");
      await target.query("ALTER SUBSCRIPTION sub REFRESH PUBLICATION WITH (copy_data = false)");
      await conversion.query(
        "INSERT INTO app.t (id, at, v) SELECT n, now(), n FROM generate_series(1, 5) n; UPDATE app.t SET v = -v WHERE v <= 2; DELETE FROM app.t WHERE v = 3",
      );
      await subscriber.caughtUp();
      expect(await target.value("SELECT count(*)::int FROM app.t")).toBe(4);
      expect(await target.value("SELECT count(*)::int FROM prisma_partition.log_1")).toBe(8);
      await target.work();
      expect(await target.differences(target.name, target.shadow)).toEqual([]);
    });
  });
}
