import { expect, inject } from "vitest";
import { run } from "../../src/cli/main.ts";
import { toExecutor } from "../../src/executor.ts";
import { findTable } from "../../src/find-table.ts";
import type { Finding } from "../../src/health/finding.ts";
import { type Health, readHealth, readInstallationHealth } from "../../src/health/health.ts";
import type { FindingCode } from "../../src/health/registry.ts";
import { Conversion, type TableSpec } from "../support/convert.ts";
import type { ProvidedServer } from "../support/global-setup.ts";
import { TEST_DATABASE } from "../support/servers/index.ts";
import { captureTerminal } from "../unit/cli/capture.ts";

const servers = inject("servers");

/** Where the catalogs do not differ one server is enough: the one that is there first. */
export const anyServer: readonly ProvidedServer[] = servers.slice(0, 1);
export const everyServer: readonly ProvidedServer[] = servers;
/** Those with pg_cron and pg_partman. */
export const extensionServers: readonly ProvidedServer[] = servers.filter(({ extensions }) => extensions);

const DDL = `
  CREATE TABLE app.events (id bigint CONSTRAINT events_pkey PRIMARY KEY, at timestamptz NOT NULL, code text);
  CREATE INDEX events_code_idx ON app.events (code);
  INSERT INTO app.events SELECT n, now() - n * interval '1 day', 'code ' || n FROM generate_series(1, 100) n`;

/** A hundred days of events in monthly partitions, model Event: `app.events`, without pg_cron unless it is asked for. */
export function prepare(server: ProvidedServer, table: Partial<TableSpec> = {}, ddl = DDL): Promise<Conversion> {
  const spec: TableSpec = { model: "Event", table: "events", key: "at", uniques: [["id"]], premake: 3, ...table };
  return Conversion.create(server, ddl, spec, spec.scheduler === "pg_cron" ? TEST_DATABASE : undefined);
}

/** What both readings find, `info` included. */
export async function findings(c: Conversion): Promise<Finding[]> {
  const tables = await c.query("SELECT FROM prisma_partition.tables");
  return [
    ...(tables.length === 0 ? [] : (await health(c)).findings),
    ...(await readInstallationHealth(toExecutor(c.client))),
  ];
}

export async function health(c: Conversion): Promise<Health> {
  const executor = toExecutor(c.client);
  return readHealth(executor, await findTable(executor, c.spec.model));
}

/** Those that make `doctor` exit with 1. */
export async function alarms(c: Conversion): Promise<Finding[]> {
  return (await findings(c)).filter(({ severity }) => severity !== "info");
}

export async function found(c: Conversion, code: FindingCode): Promise<Finding | undefined> {
  return (await findings(c)).find((finding) => finding.code === code);
}

/** Sees the finding, runs the command that it prints, and sees it gone. Returns what it was. */
export async function mend(c: Conversion, code: FindingCode): Promise<Finding> {
  const finding = await found(c, code);
  if (finding === undefined) {
    throw new Error(`${code} was not found, but: ${JSON.stringify(await findings(c), null, 2)}`);
  }
  await runCommand(c, finding);
  expect(await found(c, code)).toBeUndefined();
  return finding;
}

/** Does what the finding says is to be done, as somebody who copies it. */
export async function runCommand(c: Conversion, { command, language }: Finding): Promise<void> {
  if (language === "sql") {
    // One statement a line, each by itself as psql sends them: CONCURRENTLY refuses anything else.
    for (const statement of command.split("\n")) await c.client.query(statement);
    return;
  }
  if (command === "npx prisma generate && npx prisma migrate deploy") return c.install();
  const argv = words(command).slice(2);
  const deploy = deployed[argv[0] ?? ""];
  if (deploy !== undefined) return deploy(c);
  const { terminal, written } = captureTerminal();
  const code = await run([...argv, "--url", c.url], terminal);
  // doctor, put in again, looks: 1 where it finds something else.
  expect(written.err).toBe("");
  expect(code).toBeLessThanOrEqual(argv[0] === "doctor" ? 1 : 0);
}

/** What edits a project's schema and generates: here is no project, so here is what is deployed then. */
const deployed: Record<string, (c: Conversion) => Promise<void>> = {
  cleanup: async (c) => void (await c.cleanup(null)),
};

function words(command: string): string[] {
  return [...command.matchAll(/'((?:[^']|'\\'')*)'|(\S+)/g)].map(([, quoted, bare]) =>
    quoted === undefined ? (bare ?? "") : quoted.replaceAll("'\\''", "'"),
  );
}
