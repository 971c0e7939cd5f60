import pg from "pg";
import { type Executor, toExecutor } from "../executor.ts";
import { type DatabaseOptions, databaseUrl } from "./database-url.ts";

/**
 * Opens a pool of at most `connections`, runs `action` on it, and closes it. A query that `action` did not wait for is
 * cut off.
 */
export async function withDatabase<T>(
  options: DatabaseOptions,
  connections: number,
  action: (executor: Executor) => Promise<T>,
): Promise<T> {
  const pool = new pg.Pool({
    connectionString: await databaseUrl(options),
    max: connections,
    connectionTimeoutMillis: 10_000,
    application_name: "prisma-partition",
    // Units of work refuse any other isolation level, which the database's default may be.
    onConnect: async (client) => {
      await client.query("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED");
      // Meant for the application's queries; a unit of work takes as long as it takes.
      await client.query("SET statement_timeout = 0");
      // A command that is killed must not leave a long statement running, with its locks. Some platforms lack the setting.
      await client.query("SET client_connection_check_interval = '1s'").catch(() => undefined);
    },
  });
  // An idle connection that breaks is replaced by the next query; without a listener it would end the process.
  pool.on("error", () => undefined);
  const busy = new Set<pg.PoolClient>();
  pool.on("acquire", (client) => busy.add(client)).on("release", (_error, client) => busy.delete(client));
  try {
    return await action(toExecutor(pool));
  } finally {
    // The pool would wait for it: a probe of the latency may hang for as long as a synchronous replica is gone.
    for (const client of busy) void (client as unknown as pg.Client).end();
    await pool.end();
  }
}
