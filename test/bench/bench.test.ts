/**
 * Every scenario of the benchmark once, with a few thousand rows: that its results are well-formed, its rows equal and
 * the page can be made of them. Never how fast anything was. Not a part of `npm test`: `npm run bench:test`.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Cluster, startServer } from "../support/servers/index.ts";
import { GOALS, outcomes } from "./goals.ts";
import { METRICS } from "./measure/metrics.ts";
import { smokeOptions } from "./options.ts";
import { writeReport } from "./report/write-report.ts";
import { type Result, readResult, writeResult } from "./results.ts";
import { runScenario } from "./run-scenario.ts";
import { SCENARIOS } from "./scenarios/index.ts";
import { SERVER_SETTINGS } from "./settings.ts";
import { Databases } from "./subject/databases.ts";

let server: Cluster;
let databases: Databases;
let folder: string;
const results: Result[] = [];

// As `npm run bench` has it: one of its own, whose lock table no other test fills.
beforeAll(async () => {
  server = await startServer("embedded-18", { settings: SERVER_SETTINGS });
  databases = new Databases(server);
  folder = await mkdtemp(join(tmpdir(), "prisma-partition-bench-"));
});
afterAll(async () => {
  await databases?.drop();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

test.each(SCENARIOS)("$name", async (scenario) => {
  const result = await runScenario(scenario, databases, smokeOptions);
  await writeResult(result, folder);
  expect(await readResult(scenario.name, folder)).toMatchObject({ scenario: scenario.name, options: smokeOptions });
  expect(result.measurements.length).toBeGreaterThan(0);
  for (const { metric, unit, values, median, min, max } of result.measurements) {
    expect(unit).toBe(METRICS[metric].unit);
    expect(values.every(Number.isFinite)).toBe(true);
    expect(min).toBeLessThanOrEqual(median);
    expect(median).toBeLessThanOrEqual(max);
  }
  expect(result.checks.filter(({ ok }) => !ok)).toEqual([]);
  results.push(result);
});

test("goals: each is computed from the results of a scenario that there is", () => {
  const all = outcomes(results);
  expect(all).toHaveLength(GOALS.length);
  // Those that are not about sizes which a short run leaves out.
  const measured = all.filter(({ value }) => value !== null).map(({ name }) => name);
  for (const start of ["backfill, 2 workers, by INSERT", "WAL", "exponent", "single rows", "bulk", "backlog", "lock"]) {
    expect(
      measured.some((name) => name.startsWith(start)),
      start,
    ).toBe(true);
  }
});

test("the page and its charts are made of the results", async () => {
  const written = await writeReport(folder, join(folder, "docs"));
  const page = await readFile(written[0] ?? "", "utf8");
  expect(page.match(/^## /gm)).toHaveLength(SCENARIOS.length);
  expect(page).not.toMatch(/NaN|undefined/);
  for (const path of written.slice(1)) {
    expect(page).toContain(path.slice(path.indexOf("performance/")));
    const svg = await readFile(path, "utf8");
    expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
    expect(svg).not.toMatch(/NaN|undefined/);
  }
});
