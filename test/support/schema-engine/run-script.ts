import pg from "pg";
import { splitStatements } from "./split-statements.ts";

/** `batch`: as Prisma up to 7.3 runs a migration; `split`: as it does from 7.4. */
export type EngineMode = "batch" | "split";

export function engineMode(value = process.env.PRISMA_PARTITION_ENGINE_MODE): EngineMode {
  if (value === undefined || value === "" || value === "split") return "split";
  if (value === "batch") return "batch";
  throw new Error(`PRISMA_PARTITION_ENGINE_MODE is "${value}", but must be "batch" or "split"`);
}

/**
 * Runs a migration. As a batch it is one simple query, which PostgreSQL runs in one implicit transaction; split, each
 * statement is committed before the next starts. The `position` of an error counts from the start of the script.
 */
export async function runMigration(client: pg.ClientBase, script: string, mode: EngineMode): Promise<void> {
  const statements = mode === "split" ? await splitStatements(script) : undefined;
  if (!statements) return runBatch(client, script);
  for (const { text, offset } of statements) {
    try {
      await runBatch(client, text);
    } catch (error) {
      if (error instanceof pg.DatabaseError && error.position) error.position = String(Number(error.position) + offset);
      throw error;
    }
  }
}

/** One simple query: any number of statements, in one implicit transaction. */
export async function runBatch(client: pg.ClientBase, script: string): Promise<void> {
  await client.query(script);
}
