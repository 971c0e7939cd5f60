import { env, exit, stdout } from "node:process";
import { provisionDebian } from "./debian.ts";
import { hydrateSymlinks } from "./embedded.ts";
import type { ServerName } from "./names.ts";
import { provisionTrixie } from "./trixie.ts";

/**
 * Installs the PostgreSQL servers that the tests need, and says in one line each what it did; under 0.1 s when all is
 * there. With CI set a server that cannot be had is an error. With TEST_DATABASE_URLS there is nothing to do.
 */
const steps: Record<ServerName, () => Promise<boolean>> = {
  "embedded-18": async () => {
    await hydrateSymlinks();
    return false;
  },
  "debian-15": provisionDebian,
  "trixie-17": provisionTrixie,
};

async function provision(): Promise<void> {
  if (env.TEST_DATABASE_URLS) {
    stdout.write("servers: those of TEST_DATABASE_URLS\n");
    return;
  }
  let failed = false;
  // One after the other: both Debian servers may want apt.
  for (const [name, step] of Object.entries(steps)) {
    const started = performance.now();
    try {
      const installed = await step();
      const seconds = ((performance.now() - started) / 1000).toFixed(0);
      stdout.write(`${name.padEnd(11)}  ${installed ? `installed in ${seconds} s` : "ready"}\n`);
    } catch (error) {
      failed = true;
      stdout.write(`${name.padEnd(11)}  missing: ${error instanceof Error ? error.message : error}\n`);
    }
  }
  if (!failed) return;
  stdout.write(
    "\nWithout these servers: run as root on Debian 12, name the servers to use in TEST_SERVERS (such as embedded-18),\n" +
      "or set TEST_DATABASE_URLS to superuser URLs of other servers.\n",
  );
  if (env.CI) exit(1);
}

await provision();
