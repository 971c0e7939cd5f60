import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot } from "../support/package-root.ts";
import type { Machine } from "./machine.ts";
import type { Check, Course, Measurement } from "./measure/recorder.ts";
import type { BenchOptions } from "./options.ts";

/** The file that a scenario leaves behind: `<scenario>.json`. */
export interface Result {
  readonly scenario: string;
  readonly about: string;
  readonly machine: Machine;
  readonly options: BenchOptions;
  /** How long the scenario took, all rounds and preparations. */
  readonly seconds: number;
  readonly measurements: readonly Measurement[];
  readonly checks: readonly Check[];
  readonly courses: readonly Course[];
}

export const RESULTS_FOLDER = join(packageRoot, "test", "bench", "results");

export async function writeResult(result: Result, folder = RESULTS_FOLDER): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${result.scenario}.json`), `${JSON.stringify(result, rounded, 2)}\n`);
}

/** Null if the scenario has not been run. */
export async function readResult(scenario: string, folder = RESULTS_FOLDER): Promise<Result | null> {
  const text = await readFile(join(folder, `${scenario}.json`), "utf8").catch(() => null);
  return text === null ? null : JSON.parse(text);
}

/** Six digits are more than any of it is good for. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;
}
