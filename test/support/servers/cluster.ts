import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { appendFile, chown, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { lastLines, runOrThrow } from "./command.ts";
import { createDirectory, removeStaleDirectories } from "./data-directory.ts";
import type { Installation } from "./installation.ts";
import { type Server, type ServerName, TEST_DATABASE } from "./names.ts";
import { disown, own } from "./owned-processes.ts";
import { withPrivateMounts } from "./run-as.ts";

const SETTINGS: Record<string, string> = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "100",
  // Nothing here survives a crash of the machine, and nothing needs to.
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  log_min_messages: "warning",
  // Far from UTC and with daylight saving time: code that relies on the server's time zone shows.
  timezone: "America/New_York",
};

const EXTENSION_SETTINGS: Record<string, string> = {
  shared_preload_libraries: "pg_cron, pg_stat_statements",
  "cron.database_name": TEST_DATABASE,
  "cron.use_background_workers": "on",
  max_worker_processes: "32",
};

const SHUTDOWN_SECONDS = 15;

/** A server that can be made to crash. Start it with {@link DURABLE} settings, or its data may not survive that. */
export interface Cluster extends Server {
  name: ServerName;
  /** The postmaster's process, as of the last start. */
  readonly pid: number;
  /** The immediate stop: nothing is flushed, clients are cut off; what is on disk is what the next start recovers. */
  crash(): Promise<void>;
  /** Starts it again on the same data directory and port; resolves when it accepts connections. */
  restart(): Promise<void>;
}

/** What a server needs whose data shall survive an immediate stop. */
export const DURABLE: Record<string, string> = { fsync: "on", synchronous_commit: "on", full_page_writes: "on" };

/**
 * A fresh cluster (trust authentication, loopback only), started on a free port. With `ownMounts` the server has a mount
 * namespace of its own (small-disk.ts mounts there; needs root).
 */
export async function startCluster(
  base: Installation,
  settings: Record<string, string> = {},
  ownMounts = false,
): Promise<Cluster> {
  const installation = ownMounts ? withOwnMounts(base) : base;
  await removeStaleDirectories();
  const directory = await createDirectory(installation);
  try {
    await initialise(installation, directory, settings);
    return await start(installation, directory);
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

/**
 * A streaming standby of `primary`, which is of the same installation: an online backup by the low-level API, recovered
 * with `standby.signal`. Ends with `stop()`, which must come before the primary's.
 */
export async function startStandby(installation: Installation, primary: Cluster): Promise<Cluster> {
  const directory = await createDirectory(installation);
  const client = new pg.Client({ connectionString: primary.url });
  try {
    await client.connect();
    const { rows } = await client.query("SHOW data_directory");
    await client.query("SELECT pg_backup_start('standby', fast => true)");
    await runOrThrow("cp", ["-a", rows[0].data_directory, join(directory, "data")], environment());
    const { rows: label } = await client.query("SELECT labelfile FROM pg_backup_stop(wait_for_archive => false)");
    for (const [name, text] of [
      ["backup_label", label[0].labelfile],
      ["standby.signal", ""],
    ]) {
      const file = join(directory, "data", name);
      await writeFile(file, text);
      if (installation.owner) await chown(file, installation.owner.uid, installation.owner.gid);
    }
    await rm(join(directory, "data", "postmaster.pid"), { force: true });
    await appendFile(join(directory, "data", "postgresql.conf"), `primary_conninfo = '${primary.url}'\n`);
    return await start(installation, directory);
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  } finally {
    await client.end();
  }
}

function withOwnMounts(installation: Installation): Installation {
  return {
    ...installation,
    async command(program, directory, args) {
      const { file, args: rest } = await installation.command(program, directory, args);
      return withPrivateMounts('exec "$@"', [file, ...rest]);
    },
  };
}

async function initialise(installation: Installation, directory: string, settings: Record<string, string>) {
  const { file, args } = await installation.command("initdb", directory, (seenAs) => [
    ...["-D", `${seenAs}/data`, "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"],
  ]);
  await runOrThrow(file, args, environment());
  const all = { ...SETTINGS, ...(installation.extensions ? EXTENSION_SETTINGS : {}), ...settings };
  const lines = Object.entries(all).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`);
  await appendFile(join(directory, "data", "postgresql.conf"), lines.join(""));
}

async function start(installation: Installation, directory: string): Promise<Cluster> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const url = `postgresql://postgres@127.0.0.1:${port}/postgres`;
    let { child, problem } = await launch(installation, directory, port, url);
    if (!problem) {
      return {
        name: installation.name,
        url,
        extensions: installation.extensions,
        get pid() {
          return child.pid as number;
        },
        async stop() {
          await end(child);
          await rm(directory, { recursive: true, force: true });
        },
        async crash() {
          const exited = once(child, "exit");
          child.kill("SIGQUIT");
          await exited;
        },
        async restart() {
          disown(child);
          ({ child, problem } = await launch(installation, directory, port, url));
          if (problem) throw new Error(`${installation.name}: ${problem}\n${await logOf(directory)}`);
        },
      };
    }
    await end(child);
    const text = await logOf(directory);
    // Somebody else took the port between our look and the server's.
    if (attempt < 3 && text.includes("could not bind")) continue;
    throw new Error(`${installation.name}: ${problem}\n${text}`);
  }
}

async function launch(installation: Installation, directory: string, port: number, url: string) {
  const { file, args } = await installation.command("postgres", directory, (seenAs) => [
    ...["-D", `${seenAs}/data`, "-p", String(port)],
  ]);
  const log = openSync(logFile(directory), "a");
  const child = spawn(file, args, { stdio: ["ignore", log, log], env: environment(), cwd: "/" });
  closeSync(log);
  own(child, directory);
  return { child, problem: await untilReady(child, url) };
}

const logFile = (directory: string): string => join(directory, "data", "server.log");

const logOf = async (directory: string): Promise<string> =>
  lastLines(await readFile(logFile(directory), "utf8").catch(() => ""));

/** Waits until the server accepts a connection; returns what went wrong instead, if something did. */
async function untilReady(child: ChildProcess, url: string): Promise<string | undefined> {
  let problem: string | undefined;
  child.once("error", (error) => {
    problem = `could not be run: ${error.message}`;
  });
  child.once("exit", (code, signal) => {
    problem ??= `ended while starting, with ${signal ?? `exit code ${code}`}`;
  });
  for (const deadline = Date.now() + 30_000; Date.now() < deadline && !problem; await sleep(20)) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
    client.on("error", () => {});
    try {
      await client.connect();
      await client.end();
      return problem;
    } catch {
      // Not yet: refused, or "the database system is starting up".
    }
  }
  return problem ?? "accepted no connection in 30 s";
}

/** Fast shutdown, then the immediate one. */
async function end(child: ChildProcess): Promise<void> {
  disown(child);
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGINT");
  const timer = setTimeout(() => child.kill("SIGQUIT"), SHUTDOWN_SECONDS * 1000);
  await exited;
  clearTimeout(timer);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no free loopback port");
  return address.port;
}

/** The caller's locale and PG* variables must not leak into a server. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: `${process.env.PATH ?? ""}:/usr/sbin:/usr/bin:/sbin:/bin`, LC_ALL: "C", HOME: "/" };
}
