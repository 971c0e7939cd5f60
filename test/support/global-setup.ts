import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { SERVER_NAMES, type Server, type ServerName, startServer, TEST_DATABASE } from "./servers/index.ts";

export interface ProvidedServer {
  name: string;
  /** Superuser URL of the database `postgres`. */
  url: string;
  extensions: boolean;
}

declare module "vitest" {
  interface ProvidedContext {
    servers: ProvidedServer[];
    /** A directory for `sharedInstallation`. */
    installation: string;
  }
}

/** Starts the PostgreSQL servers, side by side, for all test files, and keeps a place for the installed package. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const urls = process.env.TEST_DATABASE_URLS?.split(",").filter((url) => url.trim() !== "");
  const servers = urls?.length ? await Promise.all(urls.map((url) => external(url.trim()))) : await startAll();
  project.provide(
    "servers",
    servers.map(({ name, url, extensions }) => ({ name, url, extensions })),
  );
  const installation = await mkdtemp(join(tmpdir(), "prisma-partition-install-"));
  project.provide("installation", installation);
  return async () => {
    await rm(installation, { recursive: true, force: true });
    await Promise.all(servers.map((server) => server.stop()));
  };
}

/** All or nothing: when one does not start, those that did are stopped again. */
async function startAll(): Promise<Server[]> {
  const results = await Promise.allSettled(selected().map((name) => startServer(name)));
  const errors = results.flatMap((result) => (result.status === "rejected" ? [String(result.reason)] : []));
  const servers = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  if (errors.length === 0) return servers;
  await Promise.all(servers.map((server) => server.stop()));
  throw new Error(
    `${errors.join("\n")}\nTo run some tests without it, name the servers to use: TEST_SERVERS=${servers.map(({ name }) => name).join(",") || "embedded-18"}`,
  );
}

function selected(): ServerName[] {
  const names = process.env.TEST_SERVERS;
  if (!names) return [...SERVER_NAMES];
  if (process.env.CI) throw new Error("TEST_SERVERS leaves servers out, which CI must not. Unset it, or unset CI.");
  return names.split(",").map((name) => {
    const known = SERVER_NAMES.find((candidate) => candidate === name.trim());
    if (!known) throw new Error(`TEST_SERVERS: "${name}" is none of ${SERVER_NAMES.join(", ")}`);
    return known;
  });
}

/** A server that somebody else started, described by what it says of itself. */
async function external(url: string): Promise<Server> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ version: number; partman: boolean; cron: boolean }>(
      `SELECT current_setting('server_version_num')::int / 10000 AS version,
              EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_partman') AS partman,
              coalesce(current_setting('cron.database_name', true) = $1, false) AS cron`,
      [TEST_DATABASE],
    );
    const [server] = rows;
    return {
      name: `external-${server?.version}`,
      url,
      extensions: Boolean(server?.partman && server.cron),
      stop: async () => {},
    };
  } finally {
    await client.end();
  }
}
