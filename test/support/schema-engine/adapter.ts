import { PrismaPg } from "@prisma/adapter-pg";
import {
  DriverAdapterError,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from "@prisma/driver-adapter-utils";
import pg from "pg";
import { type Connection, parseConnection } from "./connection.ts";
import { createPool, restoreCharColumns } from "./pool.ts";
import { type EngineMode, runBatch, runMigration } from "./run-script.ts";
import { connectionFailed, describeDatabaseError, migrationFailed, type UserFacingError } from "./user-facing-error.ts";

/** What the adapters of one engine share with its request loop. */
export interface EngineState {
  mode: EngineMode;
  /** The migrations of the current request, as script to name. */
  migrations: Map<string, string>;
  /** The error that the adapter met in the current request, in more words than reach the engine. */
  failure: UserFacingError | undefined;
}

/** An adapter to `url` that runs scripts as Prisma's engine does. `release` runs after its connections are closed. */
export async function connectAdapter(
  url: string,
  state: EngineState,
  release: () => Promise<void> = async () => {},
): Promise<SqlDriverAdapter> {
  const connection = parseConnection(url);
  const pool = createPool(connection.config);
  await connectOnce(pool, connection, state);
  const adapter = await new PrismaPg(pool, { schema: connection.schema }).connect();
  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (query) => restoreCharColumns(await queryRaw(query));
  adapter.executeScript = (script) => executeScript(pool, script, state);
  adapter.dispose = async () => {
    await pool.end();
    await release();
  };
  return adapter;
}

export function adapterFactory(
  connect: () => Promise<SqlDriverAdapter>,
  connectToShadowDb: () => Promise<SqlDriverAdapter>,
): SqlMigrationAwareDriverAdapterFactory {
  return { provider: "postgres", adapterName: "@prisma/adapter-pg", connect, connectToShadowDb };
}

async function connectOnce(pool: pg.Pool, connection: Connection, state: EngineState): Promise<void> {
  try {
    (await pool.connect()).release();
  } catch (error) {
    state.failure = connectionFailed(error, connection);
    await pool.end();
    throw state.failure;
  }
}

/**
 * The engine runs migrations through this, and statements of its own and `db execute` too; only a migration is split.
 * (The adapter's own method splits at every semicolon.)
 */
async function executeScript(pool: pg.Pool, script: string, state: EngineState): Promise<void> {
  const migration = state.migrations.get(script);
  const client = await pool.connect();
  try {
    await (migration === undefined ? runBatch(client, script) : runMigration(client, script, state.mode));
  } catch (error) {
    if (migration !== undefined) state.failure = migrationFailed(migration, error, script);
    if (!(error instanceof pg.DatabaseError)) throw error;
    throw new DriverAdapterError({
      kind: "postgres",
      // raise_exception, whatever it was: of most codes the engine makes words of its own ("No such table").
      code: "P0001",
      severity: error.severity ?? "ERROR",
      message: describeDatabaseError(error, script),
      detail: error.detail,
      hint: error.hint,
      column: error.column,
    });
  } finally {
    client.release();
  }
}
