import type { Scenario } from "./bench.ts";
import { describeMachine } from "./machine.ts";
import { Recorder } from "./measure/recorder.ts";
import type { BenchOptions } from "./options.ts";
import type { Result } from "./results.ts";
import { connect } from "./subject/connect.ts";
import type { Databases } from "./subject/databases.ts";

/** Runs one scenario; the copies it worked on are dropped. */
export async function runScenario(
  scenario: Scenario,
  databases: Databases,
  options: BenchOptions,
  note: (line: string) => void = () => {},
  signal = new AbortController().signal,
): Promise<Result> {
  const client = await connect(databases.serverUrl);
  const machine = await describeMachine(client).finally(() => client.end());
  const recorder = new Recorder();
  const started = performance.now();
  try {
    await scenario.run({ options, databases, recorder, note, signal });
  } finally {
    await databases.dropCopies();
  }
  return {
    scenario: scenario.name,
    about: scenario.about,
    machine,
    options,
    seconds: (performance.now() - started) / 1000,
    measurements: recorder.measurements,
    checks: recorder.checks,
    courses: recorder.courses,
  };
}
