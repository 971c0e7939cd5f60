import pg from "pg";
import { installFunctions } from "../../../src/installation/install-functions.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";

export interface Fixture extends FreshDatabase {
  readonly pool: pg.Pool;
}

/** A database with schema prisma_partition and nothing set up yet. */
export async function installedDatabase(serverUrl: string): Promise<Fixture> {
  const database = await freshDatabase(serverUrl);
  const pool = new pg.Pool({ connectionString: database.url, max: 12 });
  pool.on("error", () => undefined);
  const functions = installFunctions().map(({ sql }) => sql);
  await pool.query(`DO $install$ BEGIN\n${functions.join("\n")}\nEND $install$`);
  return {
    ...database,
    pool,
    async drop() {
      await pool.end();
      await database.drop();
    },
  };
}

/** `rows` events, one a minute from 2026-01-01 on: monthly partitions, nothing loaded yet. */
export async function setUpEvents(pool: pg.Pool, rows: number): Promise<void> {
  await pool.query(`
    CREATE TABLE events (
      id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT events_pkey PRIMARY KEY,
      at timestamptz NOT NULL,
      amount numeric(12, 2)
    )`);
  await pool.query(
    `INSERT INTO events (at, amount)
     SELECT timestamptz '2026-01-01 00:00Z' + n * interval '1 minute', n FROM generate_series(0, $1::integer - 1) AS n`,
    [rows],
  );
  await pool.query("ANALYZE events");
  await setUp(pool, { model: "Event", table: "events", key: "at", kind: "timestamptz", interval: "1 month" });
}

/** `rows` numbered entries, cut every 1000. */
export async function setUpEntries(pool: pg.Pool, rows: number): Promise<void> {
  await pool.query("CREATE TABLE entries (id bigint CONSTRAINT entries_pkey PRIMARY KEY, note text)");
  await pool.query("INSERT INTO entries SELECT n, 'note ' || n FROM generate_series(1, $1::integer) AS n", [rows]);
  await setUp(pool, { model: "Entry", table: "entries", key: "id", kind: "integer", interval: "1000" });
}

/** Changes the partitioned copy behind the back of change capture, which would mend it again. */
export async function tamper(pool: pg.Pool, sql: string): Promise<void> {
  await pool.query(`SET prisma_partition.draining = 'on'; ${sql}; RESET prisma_partition.draining`);
}

interface Wanted {
  readonly model: string;
  readonly table: string;
  readonly key: string;
  readonly kind: string;
  readonly interval: string;
}

/** What the setup migration does, without a scheduler. */
async function setUp(pool: pg.Pool, wanted: Wanted): Promise<void> {
  const spec = {
    ...wanted,
    premake: 2,
    batchSize: 1000,
    retention: null,
    onExpire: "detach",
    identity: ["id"],
    schedule: { backfill: "* * * * *", maintenance: "0 0 * * *" },
    maintenance: "builtin",
    scheduler: "none",
    cronNodename: null,
  };
  const columns = [...new Set(["id", wanted.key])];
  const uniques = [{ columns: ["id"], targetName: `${wanted.table}_pkey`, targetColumns: columns }];
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    const { rows } = await client.query<{ id: number }>(
      "SELECT prisma_partition.register('public', $1, $2::jsonb, $3::jsonb) AS id",
      [wanted.table, JSON.stringify(spec), JSON.stringify(uniques)],
    );
    const id = rows[0]?.id;
    await client.query("SELECT prisma_partition.create_shadow($1)", [id]);
    await client.query("SELECT prisma_partition.create_partitions($1, NULL)", [id]);
    await client.query("SELECT prisma_partition.create_capture($1)", [id]);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
}
