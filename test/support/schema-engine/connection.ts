import pg from "pg";

/** Where a Prisma datasource URL leads, in the terms of node-postgres. */
export interface Connection {
  config: pg.PoolConfig;
  host: string;
  port: number;
  database: string;
  user: string;
  /** `?schema=`, or "public". */
  schema: string;
}

/** Parameters of Prisma's connection pool and TLS that node-postgres would not understand. */
const PRISMA_ONLY = [
  "schema",
  "connection_limit",
  "pool_timeout",
  "connect_timeout",
  "socket_timeout",
  "max_connection_lifetime",
  "max_idle_connection_lifetime",
  "single_use_connections",
  "pgbouncer",
  "statement_cache_size",
  "sslaccept",
];

/**
 * Reads a datasource URL as Prisma's own engine does: `?schema=` becomes the whole search_path, connections are not
 * encrypted unless `sslmode` asks for it, and certificates are not verified unless it is `sslaccept=strict`.
 */
export function parseConnection(datasourceUrl: string): Connection {
  const url = new URL(datasourceUrl);
  const parameters = url.searchParams;
  const schema = parameters.get("schema") || "public";
  const strict = parameters.get("sslaccept") === "strict";
  const timeout = Number(parameters.get("connect_timeout") ?? 5);
  for (const name of PRISMA_ONLY) parameters.delete(name);
  if (parameters.get("sslmode") === "prefer") parameters.delete("sslmode");
  if (parameters.has("sslmode") && !strict) parameters.set("uselibpqcompat", "true");
  const searchPath = `-c search_path=${escapeOption(pg.escapeIdentifier(schema))}`;
  const options = [parameters.get("options"), searchPath].filter(Boolean).join(" ");
  parameters.delete("options");
  url.protocol = "postgresql:";
  return {
    // One connection, as the engine has: what a script SETs is still set for the next one.
    config: {
      connectionString: url.href,
      options,
      connectionTimeoutMillis: timeout * 1000,
      max: 1,
      idleTimeoutMillis: 0,
      application_name: "schema-engine",
    },
    host: url.hostname || "localhost",
    port: Number(url.port || 5432),
    database: decodeURIComponent(url.pathname.slice(1)) || "postgres",
    user: decodeURIComponent(url.username) || "postgres",
    schema,
  };
}

/** The same server, another database. */
export function withDatabase(datasourceUrl: string, database: string): string {
  const url = new URL(datasourceUrl);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.href;
}

/** Inside the startup packet's options a backslash keeps a space from ending the option. */
function escapeOption(value: string): string {
  return value.replace(/[\\\s]/g, "\\$&");
}
