import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

/**
 * Makes pg_cron's launcher leave `database` in such a way that the server starts it again.
 *
 * `DROP DATABASE … WITH (FORCE)` sends it SIGTERM, on which pg_cron 1.4 exits with code 0: "done", to the server, which
 * never starts it again. An ERROR inside the launcher makes it exit with code 1, and the server starts another one after
 * a second, again and again until the database exists. Taking away its job table is such an error (0.9 s, the launcher
 * wakes up once a second).
 *
 * `admin` is connected to another database of the server. Afterwards nobody can connect to `database`: drop it.
 */
export async function releaseFromLauncher(admin: pg.Client, serverUrl: string, database: string): Promise<void> {
  const { rows } = await admin.query(
    "SELECT FROM pg_database WHERE datname = $1 AND datname = current_setting('cron.database_name', true)",
    [database],
  );
  if (rows.length === 0) return;
  const allowConnections = (allow: boolean) =>
    admin.query(`ALTER DATABASE ${pg.escapeIdentifier(database)} WITH ALLOW_CONNECTIONS ${allow}`);

  // Closed first, so that no launcher arrives between the look and the drop.
  await allowConnections(false);
  if (!(await isConnected(admin, database))) return;
  await allowConnections(true);
  await takeJobTable(serverUrl, database);
  await allowConnections(false);
  const deadline = Date.now() + 15_000;
  while (await isConnected(admin, database)) {
    if (Date.now() > deadline) throw new Error(`pg_cron's launcher does not leave database ${database}`);
    await sleep(20);
  }
}

async function isConnected(admin: pg.Client, database: string): Promise<boolean> {
  const { rows } = await admin.query(
    "SELECT FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'pg_cron launcher'",
    [database],
  );
  return rows.length > 0;
}

async function takeJobTable(serverUrl: string, database: string): Promise<void> {
  const url = new URL(serverUrl);
  url.pathname = `/${encodeURIComponent(database)}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    // Whoever is still at work would hold locks on what is dropped.
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type <> 'pg_cron launcher'`,
    );
    await client.query("CREATE EXTENSION IF NOT EXISTS pg_cron");
    await client.query("ALTER EXTENSION pg_cron DROP TABLE cron.job");
    await client.query("DROP TABLE cron.job CASCADE");
  } finally {
    await client.end();
  }
}
