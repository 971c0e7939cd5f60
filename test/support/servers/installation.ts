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
