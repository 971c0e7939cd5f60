import { createInterface } from "node:readline";
import type { SchemaEngine } from "@prisma/schema-engine-wasm/schema_engine_bg";
import type { EngineState } from "./adapter.ts";
import type { EngineArguments } from "./arguments.ts";
import { createEngine } from "./engine.ts";
import { migrationsOf } from "./migrations-of.ts";
import { onPanic } from "./panic.ts";
import { engineMode } from "./run-script.ts";
import type { UserFacingError } from "./user-facing-error.ts";

interface Request {
  id: number;
  method?: string;
  params?: unknown;
}

/** Methods whose name differs between the protocol and the WebAssembly class. */
const RENAMED: Record<string, string> = { getDatabaseVersion: "version" };

/** Answers JSON-RPC requests, one a line, one after the other, until standard input ends. */
export async function serve(parameters: EngineArguments): Promise<void> {
  const state: EngineState = { mode: engineMode(), migrations: new Map(), failure: undefined };
  let engine: Promise<SchemaEngine> | undefined;
  let current = 0;
  onPanic((message) => send({ id: current, error: panicResponse(message) }));
  for await (const line of createInterface({ input: process.stdin })) {
    const request: Request = JSON.parse(line);
    // An answer to our "print".
    if (!request.method) continue;
    current = request.id;
    state.migrations = migrationsOf(request.params);
    state.failure = undefined;
    try {
      engine ??= createEngine(parameters, state);
      const result = await call(await engine, RENAMED[request.method] ?? request.method, request.params);
      printDiff(result);
      send({ id: request.id, result: result ?? null });
    } catch (error) {
      send({ id: request.id, error: errorResponse(error, state.failure) });
    }
  }
}

async function call(engine: SchemaEngine, method: string, params: unknown): Promise<unknown> {
  const methods = engine as unknown as Record<string, ((params: unknown) => Promise<unknown>) | undefined>;
  if (typeof methods[method] !== "function") throw new Error(`The WebAssembly schema engine has no method ${method}`);
  return methods[method](params);
}

/** The CLI expects what `diff` prints as a request to print it. */
function printDiff(result: unknown): void {
  const { stdout } = (result ?? {}) as { stdout?: string | null };
  if (typeof stdout === "string") send({ id: 1, method: "print", params: { content: stdout } });
}

/** `failure` is the adapter's own account of what went wrong; where there is one, the engine's is poorer. */
function errorResponse(error: unknown, failure: UserFacingError | undefined): object {
  const own = error as { code?: string; meta?: { migration_name?: string }; message?: string };
  let { code, meta, message } = failure ?? own;
  if (failure && own.code === "P3006") {
    ({ code, meta } = own);
    message =
      `Migration \`${own.meta?.migration_name}\` failed to apply cleanly to the shadow database. \n` +
      `Error code: ${failure.code}\nError:\n${failure.message}`;
  }
  return {
    code: 4466,
    message: "An error happened. Check the data field for details.",
    data: { is_panic: false, message: message ?? String(error), meta: meta ?? null, error_code: code ?? null },
  };
}

function panicResponse(message: string): object {
  return { code: 4466, message, data: { is_panic: true, message, error: { message } } };
}

function send(message: object): void {
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
}
