import { access, mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { runOrThrow } from "./command.ts";
import { aptInstall } from "./debian.ts";
import { binDirectory, debianPackages, type Installation, missingFiles } from "./installation.ts";
import { PROVISION_COMMAND } from "./names.ts";
import { findAccount, isRoot, runAs, withPrivateMounts } from "./run-as.ts";

const VERSION = 17;
/** Where a server inside the chroot sees its directory. */
const SEEN_AS = "/srv";

/** PostgreSQL 17 with pg_partman 5.2, pg_cron 1.6 and plpgsql_check: a minimal Debian 13 in a directory, entered by chroot. */
export async function trixieInstallation(): Promise<Installation> {
  const root = rootDirectory();
  if (!isRoot) throw new Error("trixie-17: needs root, for chroot");
  const missing = await missingFiles(VERSION, root);
  if (missing.length > 0) throw new Error(`trixie-17: ${missing.join(" and ")} not found. Run: ${PROVISION_COMMAND}`);
  const owner = await findAccount("postgres", root);
  if (!owner) throw new Error(`trixie-17: no user postgres in ${root}. Remove it and run: ${PROVISION_COMMAND}`);
  return {
    name: "trixie-17",
    extensions: true,
    owner,
    command(program, directory, args) {
      const { file, args: rest } = runAs(owner, { file: `${binDirectory(VERSION)}/${program}`, args: args(SEEN_AS) });
      return withPrivateMounts(ENTER, [root, directory, file, ...rest]);
    },
  };
}

/** Builds the Debian 13, about a minute, or adds what it lacks. Returns whether it did anything. */
export async function provisionTrixie(): Promise<boolean> {
  const root = rootDirectory();
  if ((await missingFiles(VERSION, root)).length === 0) return false;
  if (!isRoot) throw new Error("needs root, for debootstrap and chroot");
  if (!(await exists("/etc/debian_version"))) throw new Error("needs Debian, for debootstrap");
  if (!(await exists("/usr/sbin/debootstrap"))) await aptInstall(["debootstrap"]);
  await mkdir(cacheDirectory(), { recursive: true });
  const build = withPrivateMounts(BUILD, [root, ...debianPackages(VERSION)]);
  await runOrThrow("flock", [`${root}.lock`, build.file, ...build.args]);
  const missing = await missingFiles(VERSION, root);
  if (missing.length > 0) throw new Error(`apt-get succeeded, but ${missing.join(" and ")} are not there`);
  return true;
}

const ENTER = `
root=$1 data=$2; shift 2
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --bind "$data" "$root${SEEN_AS}"
exec chroot "$root" "$@"`;

/**
 * Runs under a lock. A new root is built beside the final place and renamed at the end, so that a build that was
 * interrupted is never used; one that is there already gets the packages it lacks, and nothing else changes in it, for
 * servers may be running there. The mount namespace is private: removing leftovers cannot reach into a mounted /dev.
 */
const BUILD = `
root=$1 new=$1.building; shift
export DEBIAN_FRONTEND=noninteractive LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
if test -e "$root"; then at=$root; else
  at=$new
  for attempt in 1 2; do
    rm -rf --one-file-system "$new"
    debootstrap --variant=minbase trixie "$new" && break
    test $attempt = 1
  done
  printf '#!/bin/sh\\nexit 101\\n' > "$new/usr/sbin/policy-rc.d"
  chmod 755 "$new/usr/sbin/policy-rc.d"
  mkdir -p "$new/etc/postgresql-common/createcluster.d"
  echo 'create_main_cluster = false' > "$new/etc/postgresql-common/createcluster.d/none.conf"
  echo 'force-unsafe-io' > "$new/etc/dpkg/dpkg.cfg.d/unsafe-io"
  printf 'path-exclude=/usr/share/doc/*\\npath-exclude=/usr/share/man/*\\n' > "$new/etc/dpkg/dpkg.cfg.d/no-docs"
fi
mount -t proc proc "$at/proc"
mount --rbind /dev "$at/dev"
chroot "$at" dpkg --configure -a
install="chroot $at apt-get -qq -o Acquire::Retries=3 install -y --no-install-recommends --no-upgrade"
$install "$@" || { chroot "$at" apt-get -qq update; $install "$@"; }
chroot "$at" apt-get clean
chroot "$at" ${binDirectory(VERSION)}/postgres --version
umount -l "$at/dev" "$at/proc"
test "$at" = "$root" || mv "$new" "$root"`;

function cacheDirectory(): string {
  return (
    process.env.PRISMA_PARTITION_CACHE ??
    join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "prisma-partition")
  );
}

const rootDirectory = (): string => join(cacheDirectory(), "trixie-17");

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
