import { access } from "node:fs/promises";
import type { ServerName } from "./names.ts";

export interface CommandLine {
  file: string;
  args: string[];
}

/** PostgreSQL programs on disk, and how to run them as somebody who is not root. */
export interface Installation {
  name: ServerName;
  extensions: boolean;
  /** Who must own the data directory; undefined when the programs run as the current user. */
  owner: { uid: number; gid: number } | undefined;
  /**
   * The command line of `program` for a cluster below `directory`. `args` receives that directory as the program will
   * see it (a server in a chroot sees another path). The command line ends in `exec`s only, so that the process spawned
   * is the program itself.
   */
  command(
    program: "initdb" | "postgres",
    directory: string,
    args: (seenAs: string) => string[],
  ): CommandLine | Promise<CommandLine>;
}

/** Extensions that the tests use, by the names of their Debian packages and of their control files. */
const EXTENSIONS = { partman: "pg_partman", cron: "pg_cron", "plpgsql-check": "plpgsql_check" };

export const binDirectory = (version: number): string => `/usr/lib/postgresql/${version}/bin`;

/** Debian's packages of a PostgreSQL version and of every extension that the tests use. */
export function debianPackages(version: number): string[] {
  return ["", ...Object.keys(EXTENSIONS).map((name) => `-${name}`)].map((suffix) => `postgresql-${version}${suffix}`);
}

/** What those packages bring that is not there, below `root`. Of each extension both files: an installation may have been cut off. */
export async function missingFiles(version: number, root = ""): Promise<string[]> {
  const files = [
    `${binDirectory(version)}/postgres`,
    ...Object.values(EXTENSIONS).flatMap((name) => [
      `/usr/share/postgresql/${version}/extension/${name}.control`,
      // pg_partman's library is its background worker.
      `/usr/lib/postgresql/${version}/lib/${name === "pg_partman" ? "pg_partman_bgw" : name}.so`,
    ]),
  ].map((file) => root + file);
  const found = await Promise.all(
    files.map((file) =>
      access(file).then(
        () => true,
        () => false,
      ),
    ),
  );
  return files.filter((_, index) => !found[index]);
}
