import { type Cluster, startCluster, startStandby as startStandbyOf } from "./cluster.ts";
import { debianInstallation } from "./debian.ts";
import { embeddedInstallation } from "./embedded.ts";
import type { Installation } from "./installation.ts";
import type { ServerName } from "./names.ts";
import { trixieInstallation } from "./trixie.ts";

export { type Cluster, DURABLE } from "./cluster.ts";
export { SERVER_NAMES, type Server, type ServerName, TEST_DATABASE } from "./names.ts";

const installations: Record<ServerName, () => Promise<Installation>> = {
  "embedded-18": embeddedInstallation,
  "debian-15": debianInstallation,
  "trixie-17": trixieInstallation,
};

export interface StartOptions {
  /** Settings for postgresql.conf, such as `{ max_locks_per_transaction: "256" }`. */
  settings?: Record<string, string>;
  /** A mount namespace of its own; needs root. */
  ownMounts?: boolean;
}

/**
 * Starts a real PostgreSQL with a data directory of its own. It ends with `stop()`, or with this process, however that
 * ends. Throws when the server is not installed, saying how to get it.
 */
export async function startServer(name: ServerName, options: StartOptions = {}): Promise<Cluster> {
  return startCluster(await installations[name](), options.settings, options.ownMounts);
}

/** Starts a streaming standby of a server that `startServer(name)` gave. */
export async function startStandby(name: ServerName, primary: Cluster): Promise<Cluster> {
  return startStandbyOf(await installations[name](), primary);
}
