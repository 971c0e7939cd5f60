import { installChecksum } from "../../installation/install-functions.ts";
import { packageVersion } from "../../package-version.ts";
import { installationCheck, installationQuery } from "../check.ts";
import { deploy } from "../command.ts";

export const installation = installationQuery({
  columns: { version: "text", checksum: "text" },
  sql: "SELECT i.version, i.checksum FROM prisma_partition.installation i",
});

export const installationOutdated = installationCheck({
  code: "installation-outdated",
  severity: "warning",
  title: "the functions in the database are not those of this package",
  why: "The package may call what is not there, or count on what has changed since. `generate` emits a migration that replaces them; if the database has the newer ones, upgrade the package instead.",
  reads: "prisma_partition.installation",
  query: installation,
  find([installed]) {
    if (installed?.checksum === installChecksum()) return [];
    const what =
      installed === undefined
        ? "It is not recorded which version's functions this database has"
        : `The database has the functions of version ${installed.version}`;
    return [{ subject: "prisma_partition", what: `${what}; this package is ${packageVersion()}.`, ...deploy }];
  },
});
