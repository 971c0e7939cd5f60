import { cpus, release, totalmem, type } from "node:os";
import type pg from "pg";
import { SHOWN_SETTINGS } from "./settings.ts";

/** What the figures were measured on. */
export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
  readonly postgres: string;
  readonly settings: Readonly<Record<string, string>>;
  /** ISO, UTC. */
  readonly date: string;
}

export async function describeMachine(client: pg.Client): Promise<Machine> {
  const { rows } = await client.query<{ name: string; value: string }>(
    "SELECT name, current_setting(name) AS value FROM pg_settings WHERE name = ANY ($1) ORDER BY array_position($1, name)",
    [SHOWN_SETTINGS],
  );
  const version = await client.query<{ server_version: string }>("SHOW server_version");
  return {
    cores: cpus().length,
    processor: cpus()[0]?.model.trim() ?? "unknown",
    memoryBytes: totalmem(),
    system: `${type()} ${release()}`,
    node: process.version,
    postgres: version.rows[0]?.server_version ?? "unknown",
    settings: Object.fromEntries(rows.map(({ name, value }) => [name, value])),
    date: new Date().toISOString(),
  };
}
