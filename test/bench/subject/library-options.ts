import { InvalidOptionError } from "../../../src/errors.ts";
import type { Executor } from "../../../src/executor.ts";
import { type VerifyOptions, verifyTable } from "../../../src/verify.ts";

/** `workers` is passed whether or not this version of the library knows it. */
export function verifyOptions(workers: number): VerifyOptions {
  return { limit: 1, workers } as VerifyOptions;
}

/** Whether `verifyTable` knows `workers`: then it refuses none of them before it asks the database anything. */
export async function verifySupportsWorkers(): Promise<boolean> {
  const unreachable: Executor = {
    pooled: true,
    transaction: false,
    query: () => Promise.reject(new Error("asked the database")),
  };
  const table = { id: 0, model: "", schema: "", table: "", bound: "time" } as const;
  return verifyTable(unreachable, table, verifyOptions(0)).then(
    () => false,
    (error) => error instanceof InvalidOptionError,
  );
}
