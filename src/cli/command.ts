import type { Command } from "commander";
import type { DatabaseOptions } from "./database-url.ts";
import type { ExitCode } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";

/** Options that every command has. */
export interface CommonOptions extends DatabaseOptions {
  readonly json?: boolean;
}

/** What a command is given by the program it belongs to. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Runs the command's action; its exit code becomes the program's, and what it throws is reported. */
  run(options: CommonOptions, action: () => Promise<ExitCode>): Promise<void>;
}

export function addDatabaseOptions(command: Command): Command {
  return command
    .option("--url <url>", "connection string of the database (default: datasource.url of prisma.config.ts)")
    .option("--config <file>", "path of prisma.config.ts");
}
