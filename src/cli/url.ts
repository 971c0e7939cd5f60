import { UsageError } from "./usage-error.ts";

/** Parameters that Prisma's own connection strings know and pg does not. */
const prismaOnly = [
  "schema",
  "connection_limit",
  "pool_timeout",
  "socket_timeout",
  "statement_cache_size",
  "pgbouncer",
  "sslaccept",
  "sslidentity",
  "sslpassword",
];

/** A connection string as Prisma takes it → one that pg takes. */
export function cleanUrl(url: string): string {
  if (/^prisma(\+postgres)?:/.test(url)) {
    throw new UsageError(
      "The datasource's URL goes through Prisma's own service, which runs no long statements. Pass the database's own with --url postgresql://…",
    );
  }
  if (!/^postgres(ql)?:/.test(url)) {
    throw new UsageError("The database URL must begin with postgresql:// (prisma-partition supports PostgreSQL only).");
  }
  const query = url.indexOf("?");
  if (query < 0) return url;
  // Not new URL(): it refuses the forms for Unix sockets that pg takes.
  const kept = url
    .slice(query + 1)
    .split("&")
    .filter((parameter) => !prismaOnly.includes(parameter.split("=", 1)[0] ?? ""));
  return kept.length === 0 ? url.slice(0, query) : `${url.slice(0, query)}?${kept.join("&")}`;
}
