import pg from "pg";
import { type Connection, parseConnection, withDatabase } from "./connection.ts";
import { connectionFailed, UserFacingError } from "./user-facing-error.ts";

/** `schema-engine cli COMMAND`: exit code 0, or 1 with the error as a line of the engine's log. */
export async function runCliCommand(command: string, url: string): Promise<number> {
  try {
    const run = commands[command];
    if (!run) throw new Error(`Unknown command: ${command}`);
    await run(url, parseConnection(url));
    return 0;
  } catch (error) {
    const code = error instanceof UserFacingError ? error.code : null;
    const message = error instanceof Error ? error.message : String(error);
    // The CLI skips the first line of what the engine logs, and parses the rest.
    const fields = { error_code: code, message };
    process.stderr.write(`\n${JSON.stringify({ level: "ERROR", target: "schema_engine::logger", fields })}`);
    return 1;
  }
}

const commands: Record<string, (url: string, connection: Connection) => Promise<void>> = {
  "can-connect-to-database": (url) => withClient(url, async () => {}),

  async "create-database"(url, { database, schema }) {
    await withAdminClient(url, (client) => client.query(`CREATE DATABASE ${pg.escapeIdentifier(database)}`));
    await withClient(url, (client) => client.query(`CREATE SCHEMA IF NOT EXISTS ${pg.escapeIdentifier(schema)}`));
  },

  async "drop-database"(url, { database }) {
    await withAdminClient(url, (client) => client.query(`DROP DATABASE ${pg.escapeIdentifier(database)}`));
  },
};

async function withClient(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const connection = parseConnection(url);
  const client = new pg.Client(connection.config);
  try {
    await client.connect();
  } catch (error) {
    throw connectionFailed(error, connection);
  }
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** A database from which another can be created or dropped. */
async function withAdminClient(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  try {
    await withClient(withDatabase(url, "postgres"), work);
  } catch (error) {
    if (!(error instanceof UserFacingError && error.code === "P1003")) throw error;
    await withClient(withDatabase(url, "template1"), work);
  }
}
