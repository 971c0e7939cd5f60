import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { run, runOrThrow } from "./command.ts";
import { binDirectory, debianPackages, type Installation, missingFiles } from "./installation.ts";
import { PROVISION_COMMAND } from "./names.ts";
import { findAccount, isRoot, runAs } from "./run-as.ts";

const VERSION = 15;
const PACKAGES = debianPackages(VERSION);

/** PostgreSQL 15 with pg_partman 4.7, pg_cron 1.4 and plpgsql_check, from the packages of Debian 12. */
export async function debianInstallation(): Promise<Installation> {
  const missing = await missingFiles(VERSION);
  if (missing.length > 0) {
    throw new Error(`debian-15: ${missing.join(" and ")} not found. As root on Debian 12, run: ${PROVISION_COMMAND}`);
  }
  const owner = isRoot ? await findAccount("postgres") : undefined;
  return {
    name: "debian-15",
    extensions: true,
    owner,
    command: (program, directory, args) =>
      runAs(owner, { file: `${binDirectory(VERSION)}/${program}`, args: args(directory) }),
  };
}

/** Installs what is missing, by apt. Creates, starts and restarts no cluster. Returns whether it installed anything. */
export async function provisionDebian(): Promise<boolean> {
  if ((await missingFiles(VERSION)).length === 0) return false;
  if (!isRoot) throw new Error(`needs root for: apt-get install ${PACKAGES.join(" ")}`);
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  if (!release.includes("VERSION_CODENAME=bookworm")) throw new Error("needs Debian 12 (bookworm)");
  await withoutServices(async () => {
    await aptInstall(["postgresql-common"]);
    await withoutMainCluster(() => aptInstall(PACKAGES));
  });
  const missing = await missingFiles(VERSION);
  if (missing.length > 0) throw new Error(`apt-get succeeded, but ${missing.join(" and ")} are not there`);
  return true;
}

/** `--no-upgrade`: what is installed stays as it is. Tried twice, because mirrors time out. */
export async function aptInstall(packages: string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const options = ["-qq", "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"];
  const install = ["install", "-y", "--no-install-recommends", "--no-upgrade", ...packages];
  for (const last of [false, true]) {
    const update = await run("apt-get", [...options, "update"], env);
    if (update.code !== 0 && !last) continue;
    if (last) await runOrThrow("apt-get", [...options, ...install], env);
    else if ((await run("apt-get", [...options, ...install], env)).code === 0) return;
  }
}

/** Keeps Debian's maintainer scripts from starting or restarting any service meanwhile. */
async function withoutServices(work: () => Promise<void>): Promise<void> {
  const policy = "/usr/sbin/policy-rc.d";
  const ours = await writeFile(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755, flag: "wx" }).then(
    () => true,
    (error) => {
      if (error.code === "EEXIST") return false;
      throw error;
    },
  );
  try {
    await work();
  } finally {
    if (ours) await rm(policy, { force: true });
  }
}

/** Keeps the server package from creating its cluster "main" meanwhile. */
async function withoutMainCluster(work: () => Promise<void>): Promise<void> {
  const directory = "/etc/postgresql-common/createcluster.d";
  const setting = `${directory}/prisma-partition.conf`;
  await mkdir(directory, { recursive: true });
  await writeFile(setting, "create_main_cluster = false\n");
  try {
    await work();
  } finally {
    await rm(setting, { force: true });
  }
}
