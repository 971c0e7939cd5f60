/** Every code that is registered has a test here that causes it, and a check says what it reads. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { findingCodes, goneChecks, installationChecks, tableChecks } from "../../src/health/registry.ts";

const folder = new URL("./", import.meta.url);
const tests = readdirSync(folder)
  .filter((file) => file.endsWith(".test.ts"))
  .map((file) => readFileSync(new URL(file, folder), "utf8"))
  .join("\n");

/** What no command mends by itself: a person decides which key the row is to have. */
const decided = ["default-rows-placeless"];

test.each(findingCodes)("%s is caused by a test, and mended", (code) => {
  expect(tests).toContain(decided.includes(code) ? `found(c, "${code}")` : `mend(c, "${code}")`);
});

test("every check is in the registry, under a code of its own", () => {
  const files = readdirSync(new URL("../../src/health/checks/", import.meta.url)).map((file) =>
    file.replace(".ts", ""),
  );
  const checks = [...goneChecks, ...tableChecks, ...installationChecks];
  expect(checks.map(({ code }) => code).sort()).toEqual(files.sort());
  for (const { title, why, reads } of checks) {
    expect(title).not.toMatch(/\.$/);
    expect(why).toMatch(/[.)]$/);
    expect(reads).not.toBe("");
  }
});
