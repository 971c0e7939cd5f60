import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { type FreshDatabase, freshDatabase } from "./database.ts";
import { type EngineMode, type PrismaOptions, type PrismaResult, runPrisma } from "./prisma-cli.ts";

const CONFIG = `
import { defineConfig } from "prisma/config";
export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  datasource: { url: process.env.DATABASE_URL ?? "", shadowDatabaseUrl: process.env.SHADOW_DATABASE_URL },
});
`;

/** A schema without models. */
export const EMPTY_SCHEMA = `datasource db {\n  provider = "postgresql"\n}\n`;

/** A Prisma project in a temporary directory, with a database of its own. */
export class PrismaProject {
  readonly directory: string;
  readonly database: FreshDatabase;
  readonly #mode: EngineMode | undefined;

  private constructor(directory: string, database: FreshDatabase, mode: EngineMode | undefined) {
    this.directory = directory;
    this.database = database;
    this.#mode = mode;
  }

  static async create(serverUrl: string, schema: string, mode?: EngineMode): Promise<PrismaProject> {
    const directory = await mkdtemp(join(tmpdir(), "prisma-partition-project-"));
    await symlink(fileURLToPath(new URL("../../node_modules", import.meta.url)), join(directory, "node_modules"));
    await writeFile(join(directory, "package.json"), `{ "type": "module" }`);
    await writeFile(join(directory, "prisma.config.ts"), CONFIG);
    await mkdir(join(directory, "prisma"));
    await writeFile(join(directory, "prisma", "schema.prisma"), schema);
    return new PrismaProject(directory, await freshDatabase(serverUrl), mode);
  }

  /** `project.prisma("migrate deploy")`. `options.env` comes on top of DATABASE_URL. */
  prisma(command: string, options: PrismaOptions = {}): Promise<PrismaResult> {
    const env = { DATABASE_URL: this.database.url, ...options.env };
    const mode = this.#mode ? { mode: this.#mode } : {};
    return runPrisma(this.directory, command.split(" "), { ...mode, ...options, env });
  }

  /** Writes, or rewrites, a migration. */
  async migration(name: string, sql: string): Promise<void> {
    const directory = join(this.directory, "prisma", "migrations", name);
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, "..", "migration_lock.toml"), 'provider = "postgresql"\n');
    await writeFile(join(directory, "migration.sql"), sql);
  }

  /** Writes a file of the project. */
  async file(name: string, text: string): Promise<void> {
    await writeFile(join(this.directory, name), text);
  }

  /** What is in the migrations folder. */
  migrations(): Promise<string[]> {
    return readdir(join(this.directory, "prisma", "migrations"));
  }

  /** The rows of a query, or of the last of several. */
  async query(sql: string, url = this.database.url): Promise<pg.QueryResultRow[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }

  /** Names of all tables outside the system's schemas, Prisma's own excepted. */
  async tables(): Promise<string[]> {
    const rows = await this.query(
      `SELECT schemaname || '.' || tablename AS name FROM pg_tables
        WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename <> '_prisma_migrations' ORDER BY 1`,
    );
    return rows.map((row) => row.name);
  }

  async remove(): Promise<void> {
    await this.database.drop();
    await rm(this.directory, { recursive: true });
  }
}
