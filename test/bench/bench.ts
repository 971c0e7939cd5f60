import type { Recorder } from "./measure/recorder.ts";
import type { BenchOptions } from "./options.ts";
import type { Databases } from "./subject/databases.ts";

/** What a scenario is given. */
export interface Bench {
  readonly options: BenchOptions;
  readonly databases: Databases;
  /** Where its figures go. */
  readonly recorder: Recorder;
  /** Aborted when somebody interrupts: the server is gone then, and what does not ask it has to look here. */
  readonly signal: AbortSignal;
  /** One line for whoever watches. */
  note(line: string): void;
}

export interface Scenario {
  readonly name: string;
  /** What is measured, in a sentence or two. */
  readonly about: string;
  run(bench: Bench): Promise<void>;
}
