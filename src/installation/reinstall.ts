import { InstallationMismatchError } from "../errors.ts";
import type { Executor } from "../executor.ts";
import { packageVersion } from "../package-version.ts";
import { select } from "../select.ts";
import { installChecksum } from "./install-functions.ts";
import { installStatement } from "./install-statement.ts";

/**
 * Puts this package's functions into the database again, by the statement of the install migration: one transaction, no
 * lock on the application's tables. For functions that were edited or dropped there. Needs the role that installed them.
 *
 * Throws INSTALLATION_MISMATCH if the database has the functions of another version: a migration has to replace those, or
 * Prisma's history would not know of it. NOT_INSTALLED.
 */
export async function reinstall(executor: Executor): Promise<void> {
  const columns = { version: "text", checksum: "text" } as const;
  const [installed] = await select(executor, columns, "FROM prisma_partition.installation");
  if (installed?.checksum !== installChecksum()) {
    throw new InstallationMismatchError(installed?.version ?? null, packageVersion());
  }
  await executor.query(installStatement());
}
