/**
 * The benchmark: every scenario compares, in turn and several times over, in one run on a server of its own.
 *
 *     npm run bench                            2 million rows, 3 rounds: some hours
 *     npm run bench -- --rows 50000 --only backfill,drain --rounds 1 --server debian-15
 *     npm run bench -- --json                  the goals as one line of JSON at the end
 *
 * Results are written to test/bench/results/; `npm run bench:report` makes docs/performance.md from them. Exit code 1 if
 * rows differed or a write failed; a goal that is not met is said, and is no failure.
 */
import { parseArgs } from "node:util";
import { SERVER_NAMES, startServer } from "../support/servers/index.ts";
import { outcomes } from "./goals.ts";
import { optionsFor } from "./options.ts";
import { printGoals, printMachine, printResult } from "./print.ts";
import { type Result, writeResult } from "./results.ts";
import { runScenario } from "./run-scenario.ts";
import { SCENARIOS } from "./scenarios/index.ts";
import { SERVER_SETTINGS } from "./settings.ts";
import { Databases } from "./subject/databases.ts";

const { values } = parseArgs({
  options: {
    rows: { type: "string" },
    rounds: { type: "string" },
    only: { type: "string" },
    server: { type: "string", default: "embedded-18" },
    json: { type: "boolean", default: false },
  },
});

const serverName = SERVER_NAMES.find((name) => name === values.server);
if (!serverName) throw new Error(`--server: one of ${SERVER_NAMES.join(", ")}`);
const wanted = values.only?.split(",") ?? SCENARIOS.map(({ name }) => name);
const unknown = wanted.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name));
if (unknown.length > 0) throw new Error(`--only ${unknown}: some of ${SCENARIOS.map(({ name }) => name).join(",")}`);
const options = optionsFor(number("rows"), number("rounds"));

const server = await startServer(serverName, { settings: SERVER_SETTINGS });
// The server ends at once; then every query fails and what is in progress cleans up after itself.
const interruption = new AbortController();
const interrupted = interruption.signal;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    interruption.abort();
    console.error("interrupted");
    setTimeout(() => process.exit(130), 15_000).unref();
  });
}

const results: Result[] = [];
try {
  const databases = new Databases(server);
  for (const scenario of SCENARIOS.filter(({ name }) => wanted.includes(name))) {
    console.log(`\n${scenario.name}: ${scenario.about}`);
    const result = await runScenario(scenario, databases, options, (line) => console.log(`  ${line}`), interrupted);
    interrupted.throwIfAborted();
    await writeResult(result);
    console.log();
    printResult(result);
    results.push(result);
  }
  await databases.drop();
} catch (error) {
  if (!interrupted.aborted) throw error;
} finally {
  await server.stop();
}
if (interrupted.aborted) process.exit(130);

const [first] = results;
if (first) {
  console.log();
  printMachine(first.machine);
}
const goals = outcomes(results);
console.log(`\nGoals`);
printGoals(goals);
const failed = results.flatMap(({ checks }) => checks).filter(({ ok }) => !ok);
for (const { name } of failed) console.log(`FAILED: ${name}`);
if (values.json) console.log(JSON.stringify({ goals }));
process.exitCode = failed.length === 0 ? 0 : 1;

function number(name: "rows" | "rounds"): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < (name === "rows" ? 1000 : 1)) {
    throw new Error(`--${name}: a whole number from ${name === "rows" ? 1000 : 1}, not ${text}`);
  }
  return value;
}
