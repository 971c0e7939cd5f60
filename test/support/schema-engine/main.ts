#!/usr/bin/env node
/**
 * Prisma's schema engine as an executable script, for machines that cannot download the binary: the same engine, which
 * Prisma also publishes as WebAssembly, over `@prisma/adapter-pg`. The Prisma CLI runs it when
 * PRISMA_SCHEMA_ENGINE_BINARY names it.
 */
import { parseArguments } from "./arguments.ts";
import { runCliCommand } from "./cli-command.ts";
import { serve } from "./rpc.ts";

// The CLI parses standard error as the engine's log.
process.removeAllListeners("warning");

const parameters = parseArguments(process.argv.slice(2));

if (parameters.version) {
  process.stdout.write("schema-engine-cli wasm\n");
} else if (parameters.subcommand !== undefined) {
  process.exitCode = await runCliCommand(parameters.subcommand, parameters.datasource.url ?? "");
} else {
  await serve(parameters);
  // Connections that the engine left open would keep the process alive.
  process.exit(0);
}
