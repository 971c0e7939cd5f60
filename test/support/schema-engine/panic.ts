/** The engine leaves its last words here when it panics, under a name that its bindings know. */
const registry = { message: "", set_message: (message: string) => (registry.message = message) };

/** Calls `report` with the engine's message when it panics; it cannot be used afterwards. */
export function onPanic(report: (message: string) => void): void {
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: registry });
  process.on("uncaughtException", (error) => {
    report(registry.message || error.stack || error.message);
    process.exit(101);
  });
}
