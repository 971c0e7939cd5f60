/** The PostgreSQL servers that tests and the demo run against. */
export const SERVER_NAMES = ["embedded-18", "debian-15", "trixie-17"] as const;

export type ServerName = (typeof SERVER_NAMES)[number];

/** The one database in which pg_cron works (`cron.database_name`) on the servers that have it. */
export const TEST_DATABASE = "prisma_partition_test";

export interface Server {
  name: ServerName | string;
  /** Superuser URL of the database `postgres`. */
  url: string;
  /** Whether pg_partman and pg_cron can be created (pg_cron in {@link TEST_DATABASE} only). */
  extensions: boolean;
  /** Fast shutdown; removes the data directory. */
  stop(): Promise<void>;
}

/** How to get a missing server, for error messages. */
export const PROVISION_COMMAND = "npx tsdown --logLevel warn && node build/test/support/servers/provision.mjs";
