import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import type { SchemaEngine } from "@prisma/schema-engine-wasm/schema_engine_bg";
import { adapterFactory, connectAdapter, type EngineState } from "./adapter.ts";
import type { Datasource, EngineArguments } from "./arguments.ts";
import { connectToShadowDatabase } from "./shadow-database.ts";
import { UserFacingError } from "./user-facing-error.ts";

const MODULE = "@prisma/schema-engine-wasm/schema_engine_bg";

/** Part of Node, but not of its types. */
interface WebAssemblyApi {
  instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: { __wbindgen_start(): void } } }>;
}

async function loadEngineClass(): Promise<typeof SchemaEngine> {
  const bindings = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  const path = createRequire(import.meta.url)
    .resolve(MODULE)
    .replace(/\.js$/, ".wasm");
  const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyApi };
  const { instance } = await WebAssembly.instantiate(await readFile(path), {
    "./schema_engine_bg.js": { ...bindings },
  });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return bindings.SchemaEngine;
}

/** The engine would say no more than that it failed to connect. */
const reportTo = (state: EngineState) => (error: unknown) => {
  if (error instanceof UserFacingError) state.failure = error;
  throw error;
};

/** Prisma's schema engine, compiled to WebAssembly, connected to the datasource. */
export async function createEngine(parameters: EngineArguments, state: EngineState): Promise<SchemaEngine> {
  const Engine = await loadEngineClass();
  const datamodels = parameters.datamodels.length > 0 ? parameters.datamodels : undefined;

  const start = (datasource: Datasource): Promise<SchemaEngine> => {
    const factory = adapterFactory(
      () => connectAdapter(datasource.url ?? "", state),
      () => connectToShadowDatabase(datasource, state, reset).catch(reportTo(state)),
    );
    return Engine.new({ datamodels }, () => {}, bindMigrationAwareSqlAdapterFactory(factory));
  };

  /** A shadow database that the user configured is emptied by an engine of its own: in the datasource's schemas only. */
  const reset = async (url: string): Promise<void> => {
    const engine = await start({ url });
    await engine.reset({ filter: { externalTables: [], externalEnums: [] } });
    engine.free();
  };

  return start(parameters.datasource);
}
