import { createHash } from "node:crypto";
import pg from "pg";
import { administrate } from "./database.ts";

const made = new Map<string, Promise<string>>();

/**
 * The name of a database of that server in which the statements have been run, made by the first of all processes that
 * asks. Copied, 84 conversions and their writes took 130 s on a busy machine; with the functions installed for each, 142.
 */
export function installedTemplate(serverUrl: string, statements: string): Promise<string> {
  const name = `test_template_${createHash("sha256").update(statements).digest("hex").slice(0, 16)}`;
  const key = `${serverUrl} ${name}`;
  const found = made.get(key) ?? make(serverUrl, name, statements);
  made.set(key, found);
  return found;
}

/** It has its name only when it is complete. */
async function make(serverUrl: string, name: string, statements: string): Promise<string> {
  await administrate(serverUrl, async (admin) => {
    await admin.query("SELECT pg_advisory_lock(hashtextextended($1, 0))", [name]);
    const { rowCount } = await admin.query("SELECT FROM pg_database WHERE datname = $1", [name]);
    if (rowCount) return;
    await admin.query(`DROP DATABASE IF EXISTS ${name}_made`);
    await admin.query(`CREATE DATABASE ${name}_made`);
    const url = new URL(serverUrl);
    url.pathname = `/${name}_made`;
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    await client.query(statements).finally(() => client.end());
    await admin.query(`ALTER DATABASE ${name}_made RENAME TO ${name}`);
  });
  return name;
}
