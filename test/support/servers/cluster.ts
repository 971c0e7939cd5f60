import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { appendFile, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { lastLines, runOrThrow } from "./command.ts";
import { createDirectory, removeStaleDirectories } from "./data-directory.ts";
import type { Installation } from "./installation.ts";
import { type Server, TEST_DATABASE } from "./names.ts";
import { disown, own } from "./owned-processes.ts";

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
  shared_preload_libraries: "pg_cron",
  "cron.database_name": TEST_DATABASE,
  "cron.use_background_workers": "on",
  max_worker_processes: "32",
};

const SHUTDOWN_SECONDS = 15;

/** A fresh cluster (trust authentication, loopback only), started on a free port. */
export async function startCluster(installation: Installation, settings: Record<string, string> = {}): Promise<Server> {
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

async function initialise(installation: Installation, directory: string, settings: Record<string, string>) {
  const { file, args } = await installation.command("initdb", directory, (seenAs) => [
    ...["-D", `${seenAs}/data`, "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"],
  ]);
  await runOrThrow(file, args, environment());
  const all = { ...SETTINGS, ...(installation.extensions ? EXTENSION_SETTINGS : {}), ...settings };
  const lines = Object.entries(all).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`);
  await appendFile(join(directory, "data", "postgresql.conf"), lines.join(""));
}

async function start(installation: Installation, directory: string): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const { file, args } = await installation.command("postgres", directory, (seenAs) => [
      ...["-D", `${seenAs}/data`, "-p", String(port)],
    ]);
    const logFile = join(directory, "data", "server.log");
    const log = openSync(logFile, "a");
    const child = spawn(file, args, { stdio: ["ignore", log, log], env: environment(), cwd: "/" });
    closeSync(log);
    own(child, directory);
    const url = `postgresql://postgres@127.0.0.1:${port}/postgres`;
    const problem = await untilReady(child, url);
    if (!problem) return { name: installation.name, url, extensions: installation.extensions, stop };
    await end(child);
    const text = await readFile(logFile, "utf8").catch(() => "");
    // Somebody else took the port between our look and the server's.
    if (attempt < 3 && text.includes("could not bind")) continue;
    throw new Error(`${installation.name}: ${problem}\n${lastLines(text)}`);

    async function stop(): Promise<void> {
      await end(child);
      await rm(directory, { recursive: true, force: true });
    }
  }
}

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
