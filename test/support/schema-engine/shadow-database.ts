import type { SqlDriverAdapter } from "@prisma/driver-adapter-utils";
import pg from "pg";
import { connectAdapter, type EngineState } from "./adapter.ts";
import type { Datasource } from "./arguments.ts";
import { parseConnection, withDatabase } from "./connection.ts";
import { UserFacingError } from "./user-facing-error.ts";

/**
 * Connects to the database in which migrations are replayed: the one configured, emptied by `reset` first, or a new one
 * on the same server, dropped afterwards.
 *
 * The adapter's own method is of no use: it keeps the connection string, which wins over the database it names, so that
 * its shadow database is the main database.
 */
export async function connectToShadowDatabase(
  datasource: Datasource,
  state: EngineState,
  reset: (url: string) => Promise<void>,
): Promise<SqlDriverAdapter> {
  const { url, shadowDatabaseUrl } = datasource;
  if (shadowDatabaseUrl) {
    if (url && isSameDatabase(url, shadowDatabaseUrl)) throw sameDatabase();
    await reset(shadowDatabaseUrl);
    return connectAdapter(shadowDatabaseUrl, state);
  }
  if (!url) throw new Error("The datasource has no url");
  const name = `prisma_migrate_shadow_db_${crypto.randomUUID()}`;
  const admin = new pg.Client(parseConnection(url).config);
  await admin.connect();
  const drop = async () => {
    await admin.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
    await admin.end();
  };
  try {
    await admin.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
    return await connectAdapter(withDatabase(url, name), state, drop);
  } catch (error) {
    await drop();
    throw shadowCreationFailed(error);
  }
}

function isSameDatabase(left: string, right: string): boolean {
  const [a, b] = [parseConnection(left), parseConnection(right)];
  return a.host === b.host && a.port === b.port && a.database === b.database;
}

function sameDatabase(): UserFacingError {
  return new UserFacingError(
    "P3014",
    "The shadow database you configured appears to be the same as the main database. " +
      "Please specify another shadow database.",
  );
}

function shadowCreationFailed(error: unknown): UserFacingError {
  const { code, message } = error as { code?: string; message?: string };
  return new UserFacingError(
    "P3014",
    "Prisma Migrate could not create the shadow database. Please make sure the database user has permission to " +
      `create databases. Read more about the shadow database (and workarounds) at https://pris.ly/d/migrate-shadow\n\n` +
      `Original error: ${code ? `Error code: ${code}\n` : ""}${message}`,
  );
}
