import { randomBytes } from "node:crypto";
import pg from "pg";
import { releaseFromLauncher } from "./pg-cron-launcher.ts";

export interface FreshDatabase {
  url: string;
  name: string;
  /** Drops the database, connected clients included. */
  drop(): Promise<void>;
}

/** Connections that hold the lock on a database name, by server and name, until it is dropped. */
const locks = new Map<string, pg.Client>();

/**
 * ```sql
 * DROP DATABASE IF EXISTS "name" WITH (FORCE);
 * CREATE DATABASE "name" TEMPLATE "template";
 * ```
 * Without a name it gets a unique one. A name that is given, such as that of the only database in which pg_cron works,
 * belongs to this process until `drop()`: others that ask for it wait.
 *
 * Dropping pg_cron's database takes a second, and its launcher is back a second after the database is.
 */
export async function freshDatabase(serverUrl: string, name?: string, template = "template1"): Promise<FreshDatabase> {
  const database = name ?? `test_${Date.now().toString(36)}_${randomBytes(5).toString("hex")}`;
  if (name) await lockName(serverUrl, name);
  await administrate(serverUrl, async (admin) => {
    if (name) await drop(admin, serverUrl, name);
    const create = `CREATE DATABASE ${pg.escapeIdentifier(database)} TEMPLATE ${pg.escapeIdentifier(template)}`;
    await retryWhileInUse(() => admin.query(create));
  });
  const url = new URL(serverUrl);
  url.pathname = `/${encodeURIComponent(database)}`;
  return {
    url: url.href,
    name: database,
    async drop() {
      await administrate(serverUrl, (admin) => drop(admin, serverUrl, database));
      if (name) await unlockName(serverUrl, name);
    },
  };
}

async function drop(admin: pg.Client, serverUrl: string, database: string): Promise<void> {
  await releaseFromLauncher(admin, serverUrl, database);
  await retryWhileInUse(() => admin.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(database)} WITH (FORCE)`));
}

export async function administrate(serverUrl: string, work: (admin: pg.Client) => Promise<void>): Promise<void> {
  const admin = new pg.Client({ connectionString: serverUrl });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}

/** 55006, object_in_use: somebody connected to template1, or to the database after FORCE had ended the others. */
async function retryWhileInUse(work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await work();
      return;
    } catch (error) {
      if (attempt === 5 || (error as pg.DatabaseError).code !== "55006") throw error;
    }
  }
}

async function lockName(serverUrl: string, name: string): Promise<void> {
  const key = `${serverUrl} ${name}`;
  if (locks.has(key)) return;
  const client = new pg.Client({ connectionString: serverUrl, application_name: `lock on database ${name}` });
  client.on("error", () => locks.delete(key));
  await client.connect();
  await client.query("SELECT pg_advisory_lock(hashtextextended($1, 0))", [name]);
  locks.set(key, client);
  // An idle connection must not keep the process alive; the lock ends with it. (@types/pg does not know it.)
  (client as pg.Client & { unref(): void }).unref();
}

async function unlockName(serverUrl: string, name: string): Promise<void> {
  const key = `${serverUrl} ${name}`;
  const client = locks.get(key);
  locks.delete(key);
  await client?.end();
}
